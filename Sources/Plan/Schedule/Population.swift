/// How many clones run, and which sessions they replay.
public enum Population: Hashable, Sendable {
    /// One clone of each recorded session, at its recorded arrival / speed.
    case asRecorded
    /// A number of slots. Recorded sessions are assigned to them in turn; each slot's next session is due at the
    /// planned end of the last.
    case slots(Int)
    /// A number of concurrent clones of each recorded session, at its recorded arrival / speed plus a seeded jitter.
    case copies(Int)
    /// Slots whose number follows the levels of the pools.
    case pools([LoadPool])
}
