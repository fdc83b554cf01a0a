/// Processes the lines of a table: counts them, skips those without a sample, and finds the columns by the first line.
struct TableLines {
    private let valueNames: [String]
    private var columns: SampleColumns?
    /// The number of the last line, from 1.
    private(set) var lineNumber = 0

    /// - Parameter valueNames: possible names of the figure's column.
    init(valueNames: [String]) { self.valueNames = valueNames }

    /// The sample in the next line; nil for an empty line, a comment (`#`) or the column names.
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

    /// An error for the last line.
    func error(_ reason: TableError.Reason) -> TableError { TableError(line: lineNumber, reason: reason) }
}
