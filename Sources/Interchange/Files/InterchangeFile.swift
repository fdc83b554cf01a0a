public import ContentCodings
import Glibc
import Traffic

/// The bytes of another program's file.
typealias InterchangeSource = ByteSource<InterchangeError>

extension InterchangeError: FileError {
    /// The error for a file whose bytes cannot be read.
    public init(_ problem: FileProblem, path: String) {
        self =
            switch problem {
            case .cannotOpen(let code): .cannotOpen(path: path, errno: code)
            case .readFailed(let code): .readFailed(path: path, reason: String(cString: strerror(code)))
            case .compression(let what): .readFailed(path: path, reason: what)
            }
    }
}

/// Another program's file, whose format is detected by its content. Read sequentially, optionally compressed.
///
/// Memory does not grow with the file: one entry, line or record is held at a time. Used by one thread at a time.
public struct InterchangeFile: ~Copyable {
    /// The format. Packet captures and session logs are only recognised, not read here.
    public let format: InterchangeFormat
    var reader: JSONReader
    var har = HARReader()

    /// Opens the file at `path`; `-` is standard input.
    ///
    /// - Throws: if it cannot be read, is empty or has an unknown format.
    public init(path: String) throws(InterchangeError) {
        var source = try InterchangeSource.opening(path, decodesUTF16: true)
        _ = try source.need(4096)
        guard source.available > 0 else { throw .isEmpty(path: path) }
        guard let format = InterchangeFormat(source.unread) else { throw .unknownFormat(path: path) }
        if source.unread.starts(with: [0xef, 0xbb, 0xbf]) { source.consume(3) }
        self.format = format
        reader = JSONReader(source, isLines: format == .jsonLines)
    }

    /// Bytes read so far, after decompression.
    public var offset: UInt64 { reader.source.offset }

    /// Skips the rest of an invalid line.
    mutating func skipLine() throws(InterchangeError) {
        reader.restart()
        while try reader.source.need(1) {
            let bytes = reader.source.unread
            if let end = bytes.firstIndex(of: 0x0a) {
                reader.source.consume(end + 1)
                return
            }
            reader.source.consume(bytes.count)
        }
    }
}
