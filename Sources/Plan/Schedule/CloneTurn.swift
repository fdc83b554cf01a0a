public import Traffic

/// One clone's stay in a slot.
public struct CloneTurn: Hashable, Sendable {
    /// The slot, from 0.
    public var slot: Int
    /// How many clones ran in the slot before this one.
    public var turn: Int
    /// The clone's number: unique over the run, from 0, the same however many workers share the slots.
    public var clone: Int
    /// What the clone sends: an index into ``ReplayPlan/scripts``.
    public var script: Int
    /// When the clone is due. At speed ``Speed/max`` sessions have no planned length: a successor's due time is then its
    /// predecessor's, and it starts when that has ended.
    public var due: RunTime

    /// A turn; see the properties for the meaning of each.
    public init(slot: Int, turn: Int, clone: Int, script: Int, due: RunTime) {
        self.slot = slot
        self.turn = turn
        self.clone = clone
        self.script = script
        self.due = due
    }
}
