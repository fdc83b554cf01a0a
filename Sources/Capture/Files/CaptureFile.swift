public import ContentCodings
import Glibc

/// A pcap or pcapng file (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), read packet by packet.
///
/// Reads either byte order, microseconds, nanoseconds or the resolution in `if_tsresol`, several interfaces, each with
/// its link type, and gzip and zstd compression. Memory does not grow with the file. Owned by one thread.
public struct CaptureFile: ~Copyable {
    var source: CaptureSource
    private var format: Format
    private var failure: CaptureFileError?
    /// Secrets of TLS connections found before the last packet returned, as key log lines.
    private var secrets: [UInt8] = []

    private enum Format {
        case pcap(PcapFormat)
        case pcapng(PcapngFormat)
    }

    /// Opens the file at `path`; `-` is standard input.
    ///
    /// - Throws: if it cannot be opened or is not a capture file.
    public init(path: String) throws(CaptureFileError) {
        var source = try CaptureSource.opening(path)
        let format = try CaptureFile.readFormat(&source)
        self.source = source
        self.format = format
    }

    private static func readFormat(_ source: inout CaptureSource) throws(CaptureFileError) -> Format {
        guard try source.need(4) else {
            throw source.available == 0 ? .isEmpty(path: source.path) : .notACapture(path: source.path)
        }
        let magic = source.first.loadUnaligned(as: UInt32.self)
        if magic == PcapngFormat.sectionHeader { return .pcapng(PcapngFormat()) }
        return .pcap(try PcapFormat(&source, magic: magic))
    }

    /// Whether the format can contain secrets of TLS connections.
    var mayHoldSecrets: Bool {
        if case .pcapng = format { true } else { false }
    }

    /// Whether there are secrets to take.
    var hasSecrets: Bool { !secrets.isEmpty }

    /// Takes the secrets of TLS connections found since the last call, as key log lines.
    mutating func takeSecrets() -> [UInt8] {
        defer { secrets = [] }
        return secrets
    }

    /// Whether the file reports dropped packets that were not taken yet.
    var hasDrops: Bool {
        if case .pcapng(let pcapng) = format { !pcapng.drops.isNone } else { false }
    }

    /// Takes the counts of dropped packets that the file reports.
    mutating func takeDrops() -> PacketDrops {
        guard case .pcapng(var pcapng) = format else { return PacketDrops() }
        defer { format = .pcapng(pcapng) }
        return pcapng.takeDrops()
    }

    /// The next packet, whose bytes are valid until the next call; nil at the end of the file.
    ///
    /// - Throws: if the rest cannot be read; every later call throws the same error.
    public mutating func next() throws(CaptureFileError) -> CapturedPacket? {
        if let failure { throw failure }
        do throws(CaptureFileError) {
            switch format {
            case .pcap(let pcap): return try pcap.next(&source)
            case .pcapng(var pcapng):
                defer { format = .pcapng(pcapng) }
                return try pcapng.next(&source, &secrets)
            }
        } catch {
            failure = error
            throw error
        }
    }
}

/// The bytes of a capture file.
typealias CaptureSource = ByteSource<CaptureFileError>

extension CaptureFileError: FileError {
    /// The error for a capture file whose bytes cannot be read.
    public init(_ problem: FileProblem, path: String) {
        self =
            switch problem {
            case .cannotOpen(let code): .cannotOpen(path: path, reason: String(cString: strerror(code)))
            case .readFailed(let code): .readFailed(path: path, reason: String(cString: strerror(code)))
            case .compression(let what): .compression(path: path, what: what)
            }
    }
}

extension CaptureSource {
    /// The error for a file that ends here.
    var cutOff: CaptureFileError { .cutOff(path: path, offset: offset) }

    /// The error for impossible bytes here.
    func damaged(_ what: String) -> CaptureFileError {
        .damaged(path: path, offset: offset, what: what)
    }

    /// Skips `count` bytes, however many; false if the file ends before.
    mutating func skip(_ count: Int) throws(CaptureFileError) -> Bool {
        var left = count
        while left > 0 {
            let step = min(left, 64 << 10)
            guard try need(step) else { return false }
            consume(step)
            left -= step
        }
        return true
    }
}
