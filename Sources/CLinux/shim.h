#pragma once
// What Swift's Glibc module does not show. No feature macro is set here: one module that sees other definitions of libc's
// types than the rest does not import.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

/// A TCP socket that does not block and is closed in child processes (socket(2)); -1 and errno when there is none.
static inline int reprise_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/// Ends both directions of a socket, which stays open (shutdown(2)).
static inline void reprise_shut_down(int file) { shutdown(file, SHUT_RDWR); }

/// Closes a socket so that its peer reads an end: close(2) with bytes unread, such as the last frames of HTTP/2, would reset the
/// connection. What the socket has is thrown away, 64 KiB at most.
static inline int reprise_close_gently(int file) {
    char unread[4096];
    shutdown(file, SHUT_WR);
    for (int round = 0; round < 16 && recv(file, unread, sizeof unread, MSG_DONTWAIT) > 0; round++) {}
    return close(file);
}

/// How many bytes a TCP socket has received (tcp(7) `TCP_INFO`); 0 when that is not known.
///
/// `tcpi_bytes_received` of the kernel's `struct tcp_info` (linux/tcp.h), which glibc's own does not have: eight bytes and 24
/// numbers of four stand first, then three of eight.
static inline unsigned long long reprise_tcp_received_bytes(int file) {
    union {
        unsigned char bytes[512];
        unsigned long long numbers[64];
    } info;
    socklen_t size = sizeof info;
    enum { offset = 8 + 24 * 4 + 3 * 8 };
    if (getsockopt(file, 6 /* IPPROTO_TCP */, 11 /* TCP_INFO */, &info, &size) != 0 || size < offset + 8) return 0;
    return info.numbers[offset / 8];
}

/// Lets the calling thread's timers be as exact as the machine's (prctl(2), `PR_SET_TIMERSLACK`); else they may be 50 us late.
static inline void reprise_sharpen_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

/// Has the calling process get SIGTERM when the thread that started it ends (prctl(2), `PR_SET_PDEATHSIG`).
static inline void reprise_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, 15, 0, 0, 0); }

extern char **environ;

/// The environment that a child process gets (environ(7)).
static inline char **reprise_environment(void) { return environ; }

/// Names the calling thread for ps and debuggers; 15 bytes count (prctl(2), `PR_SET_NAME`).
static inline void reprise_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// Shown by <unistd.h> and <grp.h> to GNU's own sources only, or in headers whose inclusion here would take their types away
// from Swift's Glibc module.
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);
extern int initgroups(const char *user, gid_t group);

/// Makes every thread of the process run as `user` and `group`, real, effective and saved, with the groups of `name`.
/// Returns 0, or -1 with errno set.
static inline int reprise_become(const char *name, uid_t user, gid_t group) {
    if (initgroups(name, group) != 0 || setresgid(group, group, group) != 0) return -1;
    return setresuid(user, user, user);
}

/// Makes access(2), which goes by the real ids, answer for `user` and `group` with the groups of `name`; the effective ids stay
/// those of root. `reprise_ask_as_root` ends that. Returns 0, or -1 with errno set.
static inline int reprise_ask_as(const char *name, uid_t user, gid_t group) {
    if (initgroups(name, group) != 0 || setresgid(group, -1, -1) != 0) return -1;
    return setresuid(user, -1, -1);
}

static inline int reprise_ask_as_root(void) {
    if (setresuid(0, -1, -1) != 0) return -1;
    return setresgid(0, -1, -1);
}

/// Takes all capabilities from the calling thread, and the right to gain any by running other programs (capabilities(7),
/// `PR_SET_NO_NEW_PRIVS` of prctl(2)). Threads started later inherit both. Returns 0, or -1 with errno set.
static inline int reprise_keep_no_privileges(void) {
    // As in <linux/capability.h>: version 3, this thread; effective, permitted, inheritable, 64 bits each in two words.
    struct { unsigned version; int thread; } header = {0x20080522, 0};
    struct { unsigned effective, permitted, inheritable; } none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) != 0) return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/// Whether the process could still become root, or is anybody but `user` and `group`.
static inline int reprise_can_regain(uid_t user, gid_t group) {
    if (getuid() != user || geteuid() != user || getgid() != group || getegid() != group) return 1;
    if (user == 0) return 0;
    if (setuid(0) == 0 || seteuid(0) == 0) return 1;
    return group != 0 && (setgid(0) == 0 || setegid(0) == 0);
}
