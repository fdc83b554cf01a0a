internal import Scenario

/// When faults begin and end, on the load's clock. Pure: time goes in, actions come out.
struct FaultTimeline {

    /// An action that is due.
    enum Action: Hashable {
        case begin(Int)
        case undo(Int)
    }

    /// When a fault began and was undone.
    struct Mark: Hashable {
        /// From the start of the load.
        var began: Duration
        var undone: Duration?
    }

    private let faults: [FaultDefinition]
    /// By the fault's index in the scenario; nil for faults that have not begun.
    private(set) var marks: [Mark?]

    init(_ faults: [FaultDefinition]) {
        self.faults = faults
        marks = Array(repeating: nil, count: faults.count)
    }

    /// When the next action is due; nil if all are done.
    var next: Duration? {
        faults.indices.compactMap { index in
            guard let mark = marks[index] else { return faults[index].at }
            guard mark.undone == nil, let length = faults[index].length else { return nil }
            return faults[index].at + length
        }.min()
    }

    /// The actions due at `now`, undos before new faults.
    func due(at now: Duration) -> [Action] {
        var actions: [Action] = []
        for index in faults.indices where needsUndo(index) {
            if let length = faults[index].length, faults[index].at + length <= now { actions.append(.undo(index)) }
        }
        for index in faults.indices where marks[index] == nil && faults[index].at <= now {
            actions.append(.begin(index))
        }
        return actions
    }

    /// Faults that have begun and still have to be undone, last one first.
    var open: [Int] { faults.indices.reversed().filter(needsUndo) }

    /// Notes that a fault has begun.
    mutating func began(_ index: Int, at time: Duration) { marks[index] = Mark(began: time) }

    /// Notes that a fault was undone.
    mutating func undone(_ index: Int, at time: Duration) { marks[index]?.undone = time }

    private func needsUndo(_ index: Int) -> Bool {
        guard let mark = marks[index], mark.undone == nil else { return false }
        return faults[index].length != nil
    }
}
