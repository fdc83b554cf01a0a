public import Traffic

/// One clone's stay in a slot.
public struct CloneTurn: Hashable, Sendable {
    /// The slot, from 0.
    public var slot: Int
    /// The number of clones that ran in the slot before this one.
    public var turn: Int
    /// The clone's number: unique in the run, from 0, independent of the number of workers.
    public var clone: Int
    /// The script that the clone sends: an index into ``ReplayPlan/scripts``.
    public var script: Int
    /// When the clone is due. At speed ``Speed/max`` sessions have no planned length: a successor's due time is then
    /// that of its predecessor, and it starts when the predecessor has ended.
    public var due: RunTime

    /// See the properties for the meaning of each parameter.
    public init(slot: Int, turn: Int, clone: Int, script: Int, due: RunTime) {
        self.slot = slot
        self.turn = turn
        self.clone = clone
        self.script = script
        self.due = due
    }
}
