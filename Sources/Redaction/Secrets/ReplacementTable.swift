import Formats

/// The values redacted so far and their replacements, so that they are found wherever else they occur.
///
/// Bounded: past ``maximumCount`` values or ``maximumBytes`` of their forms, the older half is forgotten and counted.
struct ReplacementTable {
    let maximumCount: Int
    let maximumBytes: Int
    /// Values learned so far, forgotten or not.
    private(set) var learned: UInt64 = 0
    /// Values forgotten because of the limits.
    private(set) var forgotten: UInt64 = 0

    private var values: [(value: [UInt8], replacement: [UInt8])] = []
    private var indexByValue: [[UInt8]: Int] = [:]
    private var forms: [SecretForm] = []
    private var tree = SecretTree()
    /// A bit for each hash of the first eight bytes of a form.
    private var filter: [UInt64]
    private var filterShift: UInt64
    private var usedBytes = 0

    init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
        filter = Array(repeating: 0, count: 1 << 8)
        filterShift = 64 - 14
    }

    var isEmpty: Bool { values.isEmpty }
    /// Whether any value contains a space, which forms encode as a plus.
    private(set) var hasBlanks = false

    /// The replacement of `value`.
    func replacement(of value: [UInt8]) -> [UInt8]? { indexByValue[value].map { values[$0].replacement } }

    /// Stores `replacement`, which has the same length, for `value`.
    mutating func learn(_ value: [UInt8], _ replacement: [UInt8]) {
        guard indexByValue[value] == nil else { return }
        if values.count >= maximumCount || usedBytes + value.count * 8 > maximumBytes { forgetHalf() }
        learned += 1
        add(value, replacement)
    }

    /// Calls `body` with the range of each known value in `range`, in any form, and its replacement.
    ///
    /// `body` returns where to continue.
    @inline(__always)
    func forEachPlace(in bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>, [UInt8]) -> Void) {
        guard !values.isEmpty, range.count >= ValueStrength.shortest, let base = bytes.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        let shift = filterShift
        filter.withUnsafeBufferPointer { filter in
            var index = range.lowerBound
            let last = range.upperBound - ValueStrength.shortest
            while index <= last {
                let start = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let hash = ReplacementTable.hash(start, shift)
                if filter[Int(hash >> 6)] & 1 << (hash & 63) != 0,
                    let place = place(start, in: bytes, at: index, range)
                {
                    body(place.range, place.replacement)
                    index = place.range.upperBound
                } else {
                    index += 1
                }
            }
        }
    }

    private func place(
        _ start: UInt64, in bytes: Bytes, at index: Int, _ range: Range<Int>
    ) -> (range: Range<Int>, replacement: [UInt8])? {
        guard let found = tree.longest(start, in: bytes, index..<range.upperBound, forms) else { return nil }
        let form = forms[found.form]
        let place = index..<(index + form.bytes.count)
        guard let edges = form.edges else { return (place, form.replacement) }
        return edges.widened(place, form.replacement, in: bytes, within: range)
    }

    @inline(__always)
    private static func hash(_ start: UInt64, _ shift: UInt64) -> UInt64 {
        (start &* 0x9e37_79b9_7f4a_7c15) >> shift
    }

    private mutating func add(_ value: [UInt8], _ replacement: [UInt8]) {
        indexByValue[value] = values.count
        values.append((value, replacement))
        usedBytes += value.count * 8
        if value.contains(0x20) { hasBlanks = true }
        let new =
            value.count == replacement.count
            ? SecretForm.all(of: value, replacement: replacement)
            : [SecretForm(bytes: value, replacement: replacement)]
        for form in new {
            forms.append(form)
            tree.insert(forms.count - 1, forms)
            mark(SecretTree.start(of: form))
        }
        if tree.startCount * 16 > filter.count * 64, filterShift > 64 - 26 { widenFilter() }
    }

    private mutating func mark(_ start: UInt64) {
        let hash = ReplacementTable.hash(start, filterShift)
        filter[Int(hash >> 6)] |= 1 << (hash & 63)
    }

    private mutating func widenFilter() {
        filterShift -= 2
        filter = Array(repeating: 0, count: filter.count * 4)
        for start in tree.starts { mark(start) }
    }

    private mutating func forgetHalf() {
        let kept = values.suffix(values.count / 2)
        forgotten += UInt64(values.count - kept.count)
        values = []
        indexByValue = [:]
        forms = []
        tree = SecretTree()
        filter = Array(repeating: 0, count: filter.count)
        usedBytes = 0
        for (value, replacement) in kept { add(value, replacement) }
    }
}

extension Base64Edges {
    /// `place` extended by the characters at its edges, and their replacement: bits that do not belong to the secret
    /// stay.
    fileprivate func widened(
        _ place: Range<Int>, _ replacement: [UInt8], in bytes: Bytes, within range: Range<Int>
    ) -> (range: Range<Int>, replacement: [UInt8]) {
        var (start, end, output) = (place.lowerBound, place.upperBound, replacement)
        if leadCount > 0, start > range.lowerBound, let before = Base64.anyValue(of: bytes[start - 1]) {
            let bits = (before >> leadCount) << leadCount | lead
            output.insert((isURL ? Base64.url : .standard).character(bits), at: 0)
            start -= 1
        }
        if tailCount > 0, end < range.upperBound, let after = Base64.anyValue(of: bytes[end]) {
            let bits = after & (1 << (6 - tailCount) - 1) | tail
            output.append((isURL ? Base64.url : .standard).character(bits))
            end += 1
        }
        return (start..<end, output)
    }
}
