internal import Traffic

/// When libcurl wants each lane of a worker called without an event, side by side: they are searched at every turn.
final class LaneTimers {
    private var due: [Int64]

    init(count: Int) { due = Array(repeating: .max, count: count) }

    /// When a lane is to be called; nil when it need not be.
    subscript(lane: Int) -> RunTime? {
        get { due[lane] == .max ? nil : RunTime(nanoseconds: due[lane]) }
        set { due[lane] = newValue?.nanoseconds ?? .max }
    }

    /// The first of them.
    var first: RunTime? {
        var first = Int64.max
        for time in due { first = min(first, time) }
        return first == .max ? nil : RunTime(nanoseconds: first)
    }

    /// The lanes whose time has come.
    func lanes(dueBy now: RunTime) -> [Int] { due.indices.filter { due[$0] <= now.nanoseconds } }
}
