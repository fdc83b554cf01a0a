/// A pcap or pcapng file (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), read packet by packet.
///
/// Either byte order, micro- or nanoseconds or what `if_tsresol` says, several interfaces, each with its link type,
/// gzip and zstd compressed; memory does not grow with the file. Owned by one thread.
public struct CaptureFile: ~Copyable {
    var source: ByteSource
    private var format: Format
    private var failure: CaptureFileError?
    /// Secrets of TLS connections found before the packet given last, in the form of a key log.
    private var secrets: [UInt8] = []

    private enum Format {
        case pcap(PcapFormat)
        case pcapng(PcapngFormat)
    }

    /// Opens the file at `path`; `-` is standard input.
    ///
    /// - Throws: when it cannot be opened or is not a capture file.
    public init(path: String) throws(CaptureFileError) {
        var source = try ByteSource.opening(path)
        let format = try CaptureFile.readFormat(&source)
        self.source = source
        self.format = format
    }

    private static func readFormat(_ source: inout ByteSource) throws(CaptureFileError) -> Format {
        guard try source.need(4) else {
            throw source.available == 0 ? .isEmpty(path: source.path) : .notACapture(path: source.path)
        }
        let magic = source.unread.loadUnaligned(as: UInt32.self)
        if magic == PcapngFormat.sectionHeader { return .pcapng(PcapngFormat()) }
        return .pcap(try PcapFormat(&source, magic: magic))
    }

    /// Whether its format can hold secrets of TLS connections.
    var mayHoldSecrets: Bool {
        if case .pcapng = format { true } else { false }
    }

    /// Whether there are secrets to be taken.
    var hasSecrets: Bool { !secrets.isEmpty }

    /// Secrets of TLS connections, in the form of a key log, that came since the last call.
    mutating func takeSecrets() -> [UInt8] {
        defer { secrets = [] }
        return secrets
    }

    /// Whether packets were dropped, as the file says itself, that were not taken yet.
    var hasDrops: Bool {
        if case .pcapng(let pcapng) = format { !pcapng.drops.isNone } else { false }
    }

    /// Takes the packets that were dropped, as the file says itself.
    mutating func takeDrops() -> PacketDrops {
        guard case .pcapng(var pcapng) = format else { return PacketDrops() }
        defer { format = .pcapng(pcapng) }
        return pcapng.takeDrops()
    }

    /// The next packet, whose bytes are good until the next call; nil at the end of the file.
    ///
    /// - Throws: when the rest cannot be read; every later call throws the same.
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

extension ByteSource {
    /// The error for a file that ends here.
    var cutOff: CaptureFileError { .cutOff(path: path, offset: offset) }

    /// The error for bytes here that cannot be.
    func damaged(_ what: String) -> CaptureFileError {
        .damaged(path: path, offset: offset, what: what)
    }

    /// Steps over `count` bytes, however many; false when the file ends before.
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
