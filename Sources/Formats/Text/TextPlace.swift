/// A position in a text file. Lines and columns count from 1.
public struct TextPlace: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The column.
    public var column: Int

    /// A position by line and column.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
