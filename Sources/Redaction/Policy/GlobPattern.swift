/// A pattern for paths and media types: `*` matches anything but a slash, `**` matches anything.
///
/// Matching takes time at most proportional to the product of the lengths.
struct GlobPattern: Hashable, Sendable {
    private enum Element: Hashable, Sendable {
        case byte(UInt8)
        /// Any run of bytes without slashes; with `crosses`, including slashes.
        case run(crosses: Bool)
    }

    private let elements: [Element]

    init(_ text: String) {
        let star = UInt8(ascii: "*")
        var elements: [Element] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            let stars = rest.prefix { $0 == star }.count
            elements.append(stars == 0 ? .byte(first) : .run(crosses: stars > 1))
            rest = rest.dropFirst(max(1, stars))
        }
        self.elements = elements
    }

    func matches(_ text: some Collection<UInt8>) -> Bool {
        // The elements that may match next, updated byte by byte.
        var places = Array(repeating: false, count: elements.count + 1)
        places[0] = true
        open(&places)
        for byte in text {
            var next = Array(repeating: false, count: elements.count + 1)
            for (index, element) in elements.enumerated() where places[index] {
                switch element {
                case .byte(let own): if own == byte { next[index + 1] = true }
                case .run(let crosses): if crosses || byte != UInt8(ascii: "/") { next[index] = true }
                }
            }
            places = next
            open(&places)
        }
        return places[elements.count]
    }

    /// Adds the elements after runs, as a run may be empty.
    private func open(_ places: inout [Bool]) {
        for (index, element) in elements.enumerated() where places[index] {
            if case .run = element { places[index + 1] = true }
        }
    }
}
