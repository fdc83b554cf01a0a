/// The lines of a table as they come: counts them, passes over what holds no sample, and finds the columns by the first line.
struct TableLines {
    private let valueNames: [String]
    private var columns: SampleColumns?
    /// The number of the line that came last, from 1 on.
    private(set) var lineNumber = 0

    /// - Parameter valueNames: what the figure may be called.
    init(valueNames: [String]) { self.valueNames = valueNames }

    /// The sample on the next line; nil on one that is empty, a comment (`#`) or names the columns.
    mutating func next(_ line: ArraySlice<UInt8>) -> (fields: TableFields, columns: SampleColumns)? {
        lineNumber += 1
        guard let byte = line.first, byte != UInt8(ascii: "#"), line != [0x0d] else { return nil }
        let fields = TableFields(line)
        if let columns { return (fields, columns) }
        let found = SampleColumns(first: fields, valueNames: valueNames)
        columns = found
        return found.areNamed ? nil : (fields, found)
    }

    /// The time of a sample in seconds.
    func second(_ fields: TableFields, _ columns: SampleColumns) throws(TableError) -> Double {
        guard let time = columns.seconds(fields) else { throw error(.notASample) }
        guard abs(time) < SampleTable.latestSecond else { throw error(.noTime) }
        return time
    }

    /// The last line's fault.
    func error(_ reason: TableError.Reason) -> TableError { TableError(line: lineNumber, reason: reason) }
}
