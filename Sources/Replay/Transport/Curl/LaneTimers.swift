internal import Traffic

/// When each lane of a worker has to call libcurl without an event, in one array that is searched at every iteration.
final class LaneTimers {
    private var due: [Int64]

    init(count: Int) { due = Array(repeating: .max, count: count) }

    /// When a lane has to call libcurl; nil when it does not.
    subscript(lane: Int) -> RunTime? {
        get { due[lane] == .max ? nil : RunTime(nanoseconds: due[lane]) }
        set { due[lane] = newValue?.nanoseconds ?? .max }
    }

    /// The earliest time of all lanes.
    var first: RunTime? {
        var first = Int64.max
        for time in due { first = min(first, time) }
        return first == .max ? nil : RunTime(nanoseconds: first)
    }

    /// The lanes that are due at `now`.
    func lanes(dueBy now: RunTime) -> [Int] { due.indices.filter { due[$0] <= now.nanoseconds } }
}
