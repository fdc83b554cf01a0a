extension FixedWidthInteger {
    /// Adds; a sum that does not fit stays at the largest or least number there is.
    ///
    /// Figures of a run folder may come from anyone: a sum of them neither traps nor wraps around to a small number.
    @inline(__always)
    mutating func add(saturating other: Self) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? (other < 0 ? .min : .max) : sum
    }
}
