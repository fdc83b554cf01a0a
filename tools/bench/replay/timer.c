// A bare timer loop: how late clock_nanosleep(2) wakes at N deadlines a second, in milliseconds.
// timer RATE SECONDS
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    long rate = argc > 1 ? atol(argv[1]) : 10000, seconds = argc > 2 ? atol(argv[2]) : 10, count = rate * seconds;
    double *late = malloc(count * sizeof *late);
    struct timespec start, due, now;
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long i = 0; i < count; i++) {
        long long at = (long long)i * 1000000000 / rate + start.tv_nsec;
        due.tv_sec = start.tv_sec + at / 1000000000;
        due.tv_nsec = at % 1000000000;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
        late[i] = (now.tv_sec - due.tv_sec) * 1e3 + (now.tv_nsec - due.tv_nsec) / 1e6;
    }
    qsort(late, count, sizeof *late, ascending);
    printf("p50 %.3f  p99 %.3f  p99.9 %.3f  max %.3f\n", late[count / 2], late[count * 99 / 100],
           late[count * 999 / 1000], late[count - 1]);
}
