/// A source file with several mutants, each behind a switch that is read at run time.
///
/// An expression becomes `(__mutant(17) ? (mutant) : (source))`, a statement `if !__mutant(18) { source }`.
public struct SwitchedSource {

    /// The text to compile.
    public private(set) var text: [UInt8] = []
    private var places: [Place] = []
    private var copies: [Copy] = []

    /// A mutant's places in the text, as offsets.
    private struct Place {
        var number: Int
        /// The whole choice.
        var site: Range<Int>
        /// The part that belongs only to the mutant.
        var mutant: Range<Int>
    }

    /// A part of the source that the text contains unchanged.
    private struct Copy {
        var begin: Int
        var sourceBegin: Int
        var count: Int
    }

    private struct Site {
        var range: Range<Int>
        var form: MutantSite.Form
        var number: Int
    }

    /// - Parameters:
    ///   - source: the original file
    ///   - mutants: the mutants of this file that have sites, with the numbers that switch them on
    public init(source: [UInt8], mutants: [(number: Int, mutant: Mutant)]) {
        let sites = mutants.flatMap { number, mutant in
            mutant.sites.map { Site(range: $0.range, form: $0.form, number: number) }
        }
        // Outer sites before the inner ones; of equal ranges the statement is the outer one.
        let ordered = sites.sorted { Self.rank($0) < Self.rank($1) }
        render(source[...], sites: ordered[...])
    }

    private static func rank(_ site: Site) -> (Int, Int, Int, Int, Int) {
        let isStatement = if case .statement = site.form { 0 } else { 1 }
        return (
            site.range.lowerBound, site.range.isEmpty ? 0 : 1, -site.range.upperBound, isStatement, site.number
        )
    }

    private mutating func render(_ source: ArraySlice<UInt8>, sites: ArraySlice<Site>) {
        var sites = sites
        var next = source.startIndex
        while let site = sites.first {
            copy(source[next..<site.range.lowerBound])
            let inner = sites.dropFirst().prefix { $0.range.lowerBound < site.range.upperBound }
            render(site, inner: inner, of: source)
            next = site.range.upperBound
            sites = sites.dropFirst(1 + inner.count)
        }
        copy(source[next..<source.endIndex])
    }

    private mutating func render(_ site: Site, inner: ArraySlice<Site>, of source: ArraySlice<UInt8>) {
        let begin = text.count
        let alone: Range<Int>
        switch site.form {
        case .start(let statement):
            add(" if __mutant(\(site.number)) { ")
            alone = add(statement)
            add(" };")
        case .statement:
            alone = add("if !__mutant(\(site.number)) { ")
            render(source[site.range], sites: inner)
            add(" }")
        case .expression(let expression, let initializer):
            add("(__mutant(\(site.number)) ? (")
            alone = add(expression)
            add(") : \(initializer)(")
            render(source[site.range], sites: inner)
            add("))")
        }
        places.append(Place(number: site.number, site: begin..<text.count, mutant: alone))
    }

    private mutating func copy(_ part: ArraySlice<UInt8>) {
        copies.append(Copy(begin: text.count, sourceBegin: part.startIndex, count: part.count))
        text += part
    }

    @discardableResult
    private mutating func add(_ part: String) -> Range<Int> {
        let begin = text.count
        text += part.utf8
        return begin..<text.count
    }

    /// The mutants that are the most likely causes of a compiler error at a position.
    ///
    /// - Parameters:
    ///   - line: of the text, from 1
    ///   - column: in bytes, from 1
    /// - Returns: their numbers; empty if no mutant is on these lines
    public func mutants(line: Int, column: Int) -> [Int] {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard line >= 1, line <= lines.count else { return [] }
        let whole = lines[line - 1].startIndex..<lines[line - 1].endIndex + 1
        let offset = whole.lowerBound + column - 1
        let own = places.filter { $0.mutant.contains(offset) }
        if !own.isEmpty { return own.map(\.number) }
        if let smallest = places.filter({ $0.site.contains(offset) }).min(by: { $0.site.count < $1.site.count }) {
            return places.filter { $0.site == smallest.site }.map(\.number)
        }
        return places.filter { $0.site.overlaps(whole) }.map(\.number)
    }

    /// Where a line of the text begins in the source, as an offset, for an error that is not on a mutant's line.
    public func sourceOffset(ofLine line: Int) -> Int {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let offset = line >= 1 && line <= lines.count ? lines[line - 1].startIndex : text.count
        guard let copied = copies.last(where: { $0.begin <= offset }) else { return 0 }
        return copied.sourceBegin + min(offset - copied.begin, copied.count)
    }
}
