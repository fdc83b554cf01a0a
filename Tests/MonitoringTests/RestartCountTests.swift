import Testing

@testable import Monitoring

struct RestartCountTests {

    @Test(
        arguments: [
            ([[1, 2, 3], [1, 2, 3]], 0, "the same processes"),
            ([[1], [1, 2], [1, 2, 3, 4]], 0, "workers that start a little later"),
            ([[1, 2], [1]], 0, "a worker that ends and has no successor"),
            ([[1, 2], [1, 3]], 1, "a worker that is replaced at once"),
            ([[1, 2], [1], [1], [1, 3]], 1, "one that is replaced later"),
            ([[1, 2], [3, 4]], 2, "a whole service"),
            ([[1, 2], [1], [1, 3, 4]], 1, "one is replaced, and one is added"),
            ([[], [1], [2], [3]], 2, "twice, one after another"),
        ] as [([Set<Int>], Int, Comment)])
    func countsSuccessorsOnly(readings: [Set<Int>], restarts: Int, reason: Comment) {
        var count = RestartCount<Int>()
        for reading in readings { count.take(reading) }
        #expect(count.restarts == restarts, reason)
    }
}
