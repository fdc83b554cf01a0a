/// How many clones run, and where they come from.
public enum Population: Hashable, Sendable {
    /// One clone of each recorded session, at its recorded arrival / speed.
    case asRecorded
    /// As many slots; recorded sessions are assigned to them in turn, each slot's next one due at the planned end of
    /// the last.
    case slots(Int)
    /// As many clones of each recorded session at once, at its recorded arrival / speed plus a seeded jitter.
    case copies(Int)
    /// Slots whose number follows levels that change during the run.
    case pools([LoadPool])
}
