extension Double {
    /// The number with exactly `decimals` digits (0…9) after the point; `nan` and `inf` by name.
    public func formatted(decimals: Int) -> String {
        precondition((0...9).contains(decimals), "0 to 9 decimals")
        guard isFinite, magnitude < 1e15 else { return description }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (magnitude * scale).rounded()
        guard scaled < 0x1p63 else { return description }
        let sign = self < 0 && scaled > 0 ? "-" : ""
        let digits = String(UInt64(scaled))
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
