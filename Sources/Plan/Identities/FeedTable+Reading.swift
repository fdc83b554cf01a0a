import Formats

extension FeedTable {
    /// A table of comma-separated values (RFC 4180) whose first line names the columns; semicolons and tabs work too.
    ///
    /// - Throws: the problem with the table, with its line.
    public init(csv bytes: [UInt8]) throws(Problem) {
        var reader = CSVReader(bytes)
        guard let header = try FeedTable.record(&reader) else { throw .noRows }
        let names = header.map { String(decoding: $0, as: UTF8.self) }
        try FeedTable.check(names)
        var values: [UInt8] = []
        var ends: [UInt32] = []
        values.reserveCapacity(bytes.count)
        while let fields = try FeedTable.record(&reader) {
            guard fields.count == names.count else {
                throw .unequalLine(line: reader.line, values: fields.count, columns: names.count)
            }
            for field in fields {
                values += field
                ends.append(UInt32(values.count))
            }
        }
        guard !ends.isEmpty else { throw .noRows }
        self.init(columns: names, bytes: values, ends: ends)
    }

    /// A table of JSON objects, one per line, whose columns are the members of the first object.
    ///
    /// - Throws: the problem with the table, with its line.
    public init(jsonLines bytes: [UInt8]) throws(Problem) {
        var names: [String] = []
        var values: [UInt8] = []
        var ends: [UInt32] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            let members = try FeedTable.members(of: Array(line), line: number)
            if names.isEmpty {
                names = members.map(\.name)
                try FeedTable.check(names)
            }
            for name in names {
                guard let member = members.first(where: { $0.name == name }) else {
                    throw .missingMember(line: number, name: name)
                }
                values += member.value
                ends.append(UInt32(values.count))
            }
        }
        guard !ends.isEmpty else { throw .noRows }
        self.init(columns: names, bytes: values, ends: ends)
    }

    /// A table with a single unnamed column: one value per line, without empty lines.
    ///
    /// - Throws: the problem with the table, with its line.
    public init(lines bytes: [UInt8]) throws(Problem) {
        var values: [UInt8] = []
        var ends: [UInt32] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let value = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !value.isEmpty else { continue }
            values += value
            ends.append(UInt32(values.count))
        }
        guard !ends.isEmpty else { throw .noRows }
        self.init(columns: [""], bytes: values, ends: ends)
    }

    private static func record(_ reader: inout CSVReader) throws(Problem) -> [[UInt8]]? {
        do throws(CSVReader.OpenQuote) {
            return try reader.next()
        } catch {
            throw .openQuote(line: error.line)
        }
    }

    private static func check(_ names: [String]) throws(Problem) {
        guard !names.isEmpty, names.count <= columnLimit, names.allSatisfy({ !$0.isEmpty }) else {
            throw .badHeader("")
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw .badHeader(name) }
    }

    private static func members(of line: [UInt8], line number: Int) throws(Problem) -> [(name: String, value: [UInt8])]
    {
        var members: [(name: String, value: [UInt8])] = []
        var nested: String?
        line.withUnsafeBufferPointer { bytes in
            var leaves = JSONLeaves(bytes)
            while let leaf = leaves.next() {
                guard let key = leaves.outermostKey else { break }
                let name = String(decoding: JSONText.unescaped(bytes, key), as: UTF8.self)
                if leaves.depth > 1 { nested = name }
                let value = leaf.isString ? Sink.Coding.json.decoded(bytes, leaf.range) : Array(bytes[leaf.range])
                members.append((name, value == Array("null".utf8) && !leaf.isString ? [] : value))
            }
        }
        if let nested { throw .nestedMember(line: number, name: nested) }
        guard !members.isEmpty, line.last(where: { $0 > 0x20 }) == UInt8(ascii: "}") else {
            throw .badObject(line: number)
        }
        return members
    }
}
