#pragma once
// What Swift's Glibc module does not show. No feature macro is set here: one module that sees other definitions of libc's
// types than the rest does not import.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Processors this process may run on (sched_getaffinity(2)), at least 1.
static inline int reprise_available_processors(void) {
    unsigned long mask[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask);
    int count = 0;
    for (long word = 0; word * (long)sizeof(long) < bytes; word++) count += __builtin_popcountl(mask[word]);
    return count < 1 ? 1 : count;
}

/// Names the calling thread for ps and debuggers; 15 bytes count (prctl(2), `PR_SET_NAME`).
static inline void reprise_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
