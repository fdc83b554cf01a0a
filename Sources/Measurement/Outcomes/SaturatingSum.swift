extension FixedWidthInteger {
    /// Adds with saturation at the largest or smallest number.
    ///
    /// Figures of a run folder may come from an untrusted source: their sums must neither trap nor wrap around.
    @inline(__always)
    mutating func add(saturating other: Self) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? (other < 0 ? .min : .max) : sum
    }
}
