import Analysis
import Glibc
import Traffic

/// A distribution of times as bars on a logarithmic axis, with lines at its percentiles.
struct HistogramChart {
    var id: String
    var title: String
    var bins: [Bin]
    var marks: [Mark]

    /// A bar: values from `from` up to `to`.
    struct Bin: Hashable {
        var from: Double
        var to: Double
        /// Fractional if a bucket was split between bars.
        var count: Double
    }

    /// A labelled value: `p99`.
    struct Mark: Hashable {
        var name: String
        var value: Double
    }

    static let height = 240

    /// The chart, or a sentence if there is nothing to draw.
    var markup: Markup {
        guard let first = bins.first, let last = bins.last else {
            return .element("p", ["class": "empty"]) { "Nothing was measured." }
        }
        let total = bins.reduce(0) { $0 + $1.count }
        let shares = bins.map { 100 * $0.count / total }
        let frame = ChartFrame(
            id: id, title: title, description: description,
            x: .logarithmic(covering: first.from...last.to, quantity: .milliseconds),
            y: .linear(covering: shares, quantity: .percentage),
            height: HistogramChart.height, quantity: .milliseconds)
        let names = HistogramChart.names(marks, on: frame.x)
        let bars = zip(bins, shares).map { bin, share in bar(bin, share: share, frame: frame) }
        return frame.markup(
            marks: MarkupBuilder.buildArray(bars), notes: HistogramChart.notes(names),
            headroom: HistogramChart.headroom(names))
    }

    private var description: String {
        "Number of requests by response time, on a logarithmic axis. "
            + marks.map { "\($0.name) at \(Quantity.milliseconds.text($0.value))" }.joined(separator: ", ") + "."
    }

    private func bar(_ bin: Bin, share: Double, frame: ChartFrame) -> Markup {
        guard bin.count > 0 else { return .empty }
        let left = 1000 * frame.x.fraction(of: bin.from)
        let right = 1000 * frame.x.fraction(of: bin.to)
        // One slow request among a million must stay visible: a bar is never lower than three pixels.
        let height = max(1000 * frame.y.fraction(of: share), 3000 / Double(HistogramChart.height))
        let range = "\(Quantity.milliseconds.text(bin.from)) to \(Quantity.milliseconds.text(bin.to))"
        let count = bin.count < 1 ? "fewer than 1" : Quantity.count(Int(bin.count.rounded()))
        return .element(
            "rect",
            [
                "class": "bar", "x": SVGPath.coordinate(left), "width": SVGPath.coordinate(0.92 * (right - left)),
                "y": SVGPath.coordinate(1000 - height), "height": SVGPath.coordinate(height),
            ]
        ) {
            Markup.element("title") { "\(range): \(count) requests (\(Quantity.percent(share / 100)))" }
        }
    }

    /// Lines at values, such as percentiles. Their names are above the plot, where there are no bars.
    static func notes(_ names: [Name]) -> Markup {
        let top = rows(of: names) * rowHeight - 6
        var notes: [Markup] = []
        for name in names {
            let across = ChartFrame.percent(name.place)
            let baseline = rowHeight * name.row + 4 - top
            notes.append(
                .element(
                    "line", ["class": "mark", "x1": across, "x2": across, "y1": "\(baseline - 8)", "y2": "100%"]))
            notes.append(
                .element(
                    "text",
                    [
                        "class": name.isLeft ? "mark end" : "mark", "x": across, "dx": name.isLeft ? "-4" : "4",
                        "y": "\(baseline)",
                    ]
                ) { name.text })
        }
        return MarkupBuilder.buildArray(notes)
    }

    /// The CSS pixels above the plot that the names take.
    static func headroom(_ names: [Name]) -> Int { rows(of: names) * rowHeight }

    private static let rowHeight = 14

    private static func rows(of names: [Name]) -> Int { names.map { $0.row + 1 }.max() ?? 0 }

    /// The position of a mark's name.
    struct Name: Hashable {
        var text: String
        /// The position of the mark's line, as a share of the width.
        var place: Double
        /// From 0, counted downwards.
        var row: Int
        /// Whether the name is to the left of its line, as near the right edge.
        var isLeft: Bool

        /// The part of the width that it takes on a phone, where a letter is about a fiftieth of the width.
        var extent: ClosedRange<Double> {
            let width = 0.03 + 0.025 * Double(text.count)
            return isLeft ? place - width...place : place...place + width
        }
    }

    /// The names of `marks`, in as many rows as are needed: no two overlap, and no line runs through a name below it.
    static func names(_ marks: [Mark], on axis: Axis) -> [Name] {
        var rowEnds: [Double] = []
        return merged(marks, on: axis).map { mark in
            let place = axis.fraction(of: mark.value)
            var name = Name(text: mark.name, place: place, row: 0, isLeft: place > 0.8)
            name.row = rowEnds.lastIndex { $0 > name.extent.lowerBound }.map { $0 + 1 } ?? 0
            if name.row == rowEnds.count { rowEnds.append(0) }
            rowEnds[name.row] = name.extent.upperBound
            return name
        }
    }

    /// Ascending marks; coinciding marks share a name: `p90 – p99.9`.
    static func merged(_ marks: [Mark], on axis: Axis) -> [Mark] {
        var groups: [(first: Mark, last: Mark)] = []
        for mark in marks.sorted(by: { $0.value < $1.value }) {
            if let group = groups.last, axis.fraction(of: mark.value) - axis.fraction(of: group.first.value) < 0.004 {
                groups[groups.count - 1].last = mark
            } else {
                groups.append((mark, mark))
            }
        }
        return groups.map { first, last in
            first == last ? first : Mark(name: "\(first.name) – \(last.name)", value: first.value)
        }
    }
}

extension HistogramChart {
    /// The shortest time on the axis, in milliseconds: a logarithmic axis has no zero.
    private static let floor = 0.001

    /// In powers of ten: the upper end of a bar is at least a twentieth above its lower end.
    private static let narrowestBin = 0.02

    /// Buckets of any width as at most 40 bars of equal width on a logarithmic axis; a bucket across a border is split.
    ///
    /// A bar is a whole number of usual buckets wide; otherwise some bars would contain one bucket more than their
    /// neighbours.
    static func bins(of buckets: [RunSeries.Bucket]) -> [Bin] {
        let filled = buckets.filter { $0.count > 0 && $0.toMs >= $0.fromMs && $0.toMs.isFinite }
        guard let low = filled.map(\.fromMs).min(), let high = filled.map(\.toMs).max() else { return [] }
        let start = log10(max(low, floor))
        let span = max(log10(max(high, floor)) - start, narrowestBin)
        let widths = filled.map { log10(max($0.toMs, floor)) - log10(max($0.fromMs, floor)) }.sorted()
        let usual = max(widths[widths.count / 2], narrowestBin)
        let width = usual * (span / usual / 40 - 1e-9).rounded(.up)
        let count = max(1, Int((span / width - 1e-9).rounded(.up)))
        var bins = (0..<count).map { index in
            Bin(from: pow(10, start + Double(index) * width), to: pow(10, start + Double(index + 1) * width), count: 0)
        }
        for bucket in filled {
            let from = (log10(max(bucket.fromMs, floor)) - start) / width
            let to = max((log10(max(bucket.toMs, floor)) - start) / width, from)
            // Edges that differ only by rounding are the same edge: no sliver of a bucket may fall into the next bar.
            let first = min(count - 1, Int(from + 1e-6))
            let last = min(count - 1, max(first, Int((to - 1e-6).rounded(.up)) - 1))
            guard first < last else {
                bins[first].count += Double(bucket.count)
                continue
            }
            for index in first...last {
                let overlap = min(to, Double(index + 1)) - max(from, Double(index))
                bins[index].count += Double(bucket.count) * overlap / (to - from)
            }
        }
        return bins
    }
}
