/// How many processes of a service took the place of others that ended.
///
/// A process that is only added, such as a worker that starts a little later than the first, is no restart.
struct RestartCount<Process: Hashable> {
    /// Processes that replaced others so far.
    private(set) var restarts = 0
    private var known: Set<Process> = []
    /// Processes that ended and have no successor yet.
    private var vacancies = 0

    /// Takes the processes that exist now.
    mutating func take(_ now: Set<Process>) {
        vacancies += known.subtracting(now).count
        let successors = min(vacancies, now.subtracting(known).count)
        restarts += successors
        vacancies -= successors
        known = now
    }
}
