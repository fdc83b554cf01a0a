/// A point of a line; `y` is nil if nothing was measured, and the line has a gap there.
struct ChartPoint: Hashable {
    var x: Double
    var y: Double?

    /// The value; nil if there is none that can be drawn.
    var known: Double? { y.flatMap { $0.isFinite ? $0 : nil } }
}

extension [ChartPoint] {
    /// The stretches between gaps, none of them empty.
    var unbroken: [[ChartPoint]] {
        split { $0.known == nil }.map(Array.init)
    }
}
