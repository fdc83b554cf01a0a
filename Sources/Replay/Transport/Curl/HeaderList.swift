internal import CCurl

/// A `curl_slist` of lines, freed with its last reference.
final class HeaderList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    /// A list of the lines; one that libcurl has no memory for is left out.
    init(_ lines: [[UInt8]]) {
        for line in lines {
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: line.count + 1) { text in
                for index in line.indices { text[index] = CChar(bitPattern: line[index]) }
                text[line.count] = 0
                first = curl_slist_append(first, text.baseAddress) ?? first
            }
        }
    }

    convenience init(_ lines: [String]) { self.init(lines.map { Array($0.utf8) }) }

    deinit { curl_slist_free_all(first) }
}
