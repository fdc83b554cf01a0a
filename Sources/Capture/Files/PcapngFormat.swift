import ContentCodings
import Formats
import Traffic

/// Packets that the capture dropped, as the file reports.
struct PacketDrops {
    /// By the kernel or the capturing program.
    var kernel: UInt64 = 0
    /// By the interface or its driver.
    var interface: UInt64 = 0

    var isNone: Bool { kernel | interface == 0 }
}

/// The pcapng format: blocks of many types, in sections that each have a byte order and interfaces.
struct PcapngFormat {
    static let sectionHeader: UInt32 = 0x0a0d_0d0a

    /// The maximum number of interfaces of a section; packets of further ones are skipped.
    static let maximumInterfaces = 4096

    /// The maximum length of a block of an unknown type; a longer one means a broken file.
    static let maximumSkippedBytes = 1 << 30
    /// The longest block that is read.
    private static let maximumBlockBytes = 64 << 20

    /// The maximum bytes of secrets between two packets.
    static let maximumSecretBytes = 64 << 20
    /// `TLSK`: the secrets type of a TLS key log in a Decryption Secrets Block.
    private static let tlsKeyLog: UInt32 = 0x544c_534b

    private struct Interface {
        var linkType: LinkType
        var snapLength: UInt32
        /// Drops that the file reports with individual packets, and the totals it reports by kernel and interface, as
        /// far as counted.
        var droppedBefore: UInt64 = 0
        var droppedByKernel: UInt64 = 0
        var droppedByInterface: UInt64 = 0
        /// Timestamp ticks per second.
        var ticksPerSecond: UInt64 = 1_000_000
        var offsetSeconds: Int64 = 0

        func time(_ ticks: UInt64) -> CaptureTime {
            let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: ticksPerSecond)
            let (high, low) = rest.multipliedFullWidth(by: UInt64(Nanoseconds.perSecond))
            let fraction = ticksPerSecond.dividingFullWidth((high, low)).quotient
            return CaptureTime(
                nanoseconds: Nanoseconds.from(
                    seconds: Int64(truncatingIfNeeded: seconds) &+ offsetSeconds,
                    ticks: Int64(truncatingIfNeeded: fraction)))
        }
    }

    private enum BlockType {
        static let interface: UInt32 = 1
        static let obsoletePacket: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let statistics: UInt32 = 5
        static let enhancedPacket: UInt32 = 6
        static let decryptionSecrets: UInt32 = 10
    }

    private var isSwapped = false
    private var interfaces: [Interface] = []
    private var lastTime = CaptureTime.epoch
    /// Drops that the file reports, since they were last taken.
    private(set) var drops = PacketDrops()

    /// The next packet of any section; nil at the end of the file.
    ///
    /// - Parameter secrets: receives the secrets of TLS connections found before the packet.
    mutating func next(
        _ source: inout CaptureSource, _ secrets: inout [UInt8]
    ) throws(CaptureFileError) -> CapturedPacket? {
        while true {
            guard try source.need(12) else {
                if source.available == 0 { return nil }
                throw source.cutOff
            }
            if source.first.loadUnaligned(as: UInt32.self) == PcapngFormat.sectionHeader {
                try readSection(&source)
                continue
            }
            let type = field(source.first, 0)
            let stated = Int(field(source.first, 4))
            guard stated >= 12 else { throw source.damaged("a block of \(stated) bytes") }
            // Lengths are multiples of four; early writers padded the block without counting the padding.
            let length = (stated + 3) & ~3
            let isPacket =
                type == BlockType.enhancedPacket || type == BlockType.simplePacket
                || type == BlockType.obsoletePacket
            let isKnown =
                type == BlockType.interface || type == BlockType.decryptionSecrets
                || type == BlockType.statistics
            guard isPacket || isKnown else {
                guard stated % 4 == 0, length <= PcapngFormat.maximumSkippedBytes else {
                    throw source.damaged("a block of \(stated) bytes")
                }
                guard try source.skip(length) else { throw source.cutOff }
                continue
            }
            guard length <= PcapngFormat.maximumBlockBytes else {
                throw source.damaged("a block of \(length) bytes")
            }
            guard try source.need(length) else {
                if isPacket, holdsMore(type, than: length, source) {
                    throw source.damaged("a packet that is longer than its block of \(length) bytes")
                }
                throw source.cutOff
            }
            let body = WireBytes(source.first + 8, length - 12)
            if type == BlockType.interface {
                try readInterface(body, &source)
                source.consume(length)
                continue
            }
            if type == BlockType.decryptionSecrets {
                readSecrets(body, into: &secrets)
                source.consume(length)
                continue
            }
            if type == BlockType.statistics {
                readStatistics(body)
                source.consume(length)
                continue
            }
            let packet = try readPacket(type, body, &source)
            source.consume(length)
            if let packet { return packet }
        }
    }

    /// Whether the header of an incomplete packet block announces more bytes than the block can hold.
    private func holdsMore(_ type: UInt32, than length: Int, _ source: borrowing CaptureSource) -> Bool {
        guard type != BlockType.simplePacket, source.available >= 28 else { return false }
        return Int(field(source.first, 20)) > length - 32
    }

    private mutating func readSection(_ source: inout CaptureSource) throws(CaptureFileError) {
        guard try source.need(28) else { throw source.cutOff }
        switch source.first.loadUnaligned(fromByteOffset: 8, as: UInt32.self) {
        case 0x1a2b_3c4d: isSwapped = false
        case 0x4d3c_2b1a: isSwapped = true
        default: throw source.damaged("a section without a byte order")
        }
        let length = Int(field(source.first, 4))
        guard length >= 28, length % 4 == 0 else {
            throw source.damaged("a section header of \(length) bytes")
        }
        let major = halfField(source.first, 12)
        guard major == 1 else {
            throw .unsupported(path: source.path, what: "pcapng version \(major) is not known")
        }
        guard try source.skip(length) else { throw source.cutOff }
        interfaces.removeAll()
    }

    private mutating func readInterface(_ body: WireBytes, _ source: inout CaptureSource)
        throws(CaptureFileError)
    {
        guard body.count >= 8 else { throw source.damaged("an interface without a link type") }
        guard interfaces.count < PcapngFormat.maximumInterfaces else { return }
        var interface = Interface(
            linkType: LinkType(rawValue: UInt32(halfField(body.start, 0))),
            snapLength: field(body.start, 4))
        var offset = 8
        while offset + 4 <= body.count {
            let code = halfField(body.start, offset)
            let length = Int(halfField(body.start, offset + 2))
            guard code != 0, offset + 4 + length <= body.count else { break }
            switch code {
            case 9 where length >= 1: interface.ticksPerSecond = PcapngFormat.ticks(body.byte(offset + 4))
            case 14 where length >= 8:
                let seconds = body.start.loadUnaligned(fromByteOffset: offset + 4, as: UInt64.self)
                interface.offsetSeconds = Int64(bitPattern: isSwapped ? seconds.byteSwapped : seconds)
            default: break
            }
            offset += 4 + (length + 3) & ~3
        }
        interfaces.append(interface)
    }

    /// Reads the secrets of a Decryption Secrets Block, if they are TLS secrets.
    private func readSecrets(_ body: WireBytes, into secrets: inout [UInt8]) {
        guard body.count >= 8, field(body.start, 0) == PcapngFormat.tlsKeyLog else { return }
        let count = min(Int(field(body.start, 4)), body.count - 8)
        guard secrets.count + count < PcapngFormat.maximumSecretBytes else { return }
        secrets.append(contentsOf: UnsafeRawBufferPointer(start: body.start + 8, count: count))
        // The end of a block ends its last line.
        secrets.append(UInt8(ascii: "\n"))
    }

    /// Takes the counts of dropped packets.
    mutating func takeDrops() -> PacketDrops {
        defer { drops = PacketDrops() }
        return drops
    }

    /// Reads an Interface Statistics Block (section 4.6): it counts since the capture began, so only the increase is
    /// added.
    private mutating func readStatistics(_ body: WireBytes) {
        guard body.count >= 12, Int(field(body.start, 0)) < interfaces.count else { return }
        let number = Int(field(body.start, 0))
        forEachOption(body, from: 12) { code, offset, length in
            guard length >= 8 else { return }
            let stored = body.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let total = isSwapped ? stored.byteSwapped : stored
            switch code {
            case 5:
                drops.interface &+=
                    total > interfaces[number].droppedByInterface
                    ? total &- interfaces[number].droppedByInterface : 0
                interfaces[number].droppedByInterface = max(total, interfaces[number].droppedByInterface)
            case 7:
                // The total includes the drops reported with individual packets.
                let known = max(interfaces[number].droppedByKernel, interfaces[number].droppedBefore)
                drops.kernel &+= total > known ? total &- known : 0
                interfaces[number].droppedByKernel = max(total, known)
            default: break
            }
        }
    }

    /// Calls `body` with the code of each option from `start` on, and the offset and length of its value.
    private func forEachOption(
        _ block: WireBytes, from start: Int, _ body: (UInt16, Int, Int) -> Void
    ) {
        var offset = start
        while offset + 4 <= block.count {
            let code = halfField(block.start, offset)
            let length = Int(halfField(block.start, offset + 2))
            guard code != 0, offset + 4 + length <= block.count else { return }
            body(code, offset + 4, length)
            offset += 4 + (length + 3) & ~3
        }
    }

    /// Counts packets that were dropped between the last packet of an interface and this one.
    private mutating func noteDropped(_ count: UInt64, _ number: Int) {
        interfaces[number].droppedBefore &+= count
        if interfaces[number].droppedBefore > interfaces[number].droppedByKernel {
            drops.kernel &+= count
        }
    }

    /// `if_tsresol`: a negative power of ten, or of two when the highest bit is set.
    private static func ticks(_ resolution: UInt8) -> UInt64 {
        let exponent = Int(resolution & 0x7f)
        if resolution & 0x80 != 0 { return exponent < 63 ? 1 << UInt64(exponent) : 1 << 62 }
        return (0..<min(exponent, 18)).reduce(UInt64(1)) { ticks, _ in ticks * 10 }
    }

    private mutating func readPacket(
        _ type: UInt32, _ body: WireBytes, _ source: inout CaptureSource
    ) throws(CaptureFileError) -> CapturedPacket? {
        let header = type == BlockType.simplePacket ? 4 : 20
        guard body.count >= header else { throw source.damaged("a packet block without a header") }
        let number: Int
        switch type {
        case BlockType.enhancedPacket: number = Int(field(body.start, 0))
        case BlockType.obsoletePacket: number = Int(halfField(body.start, 0))
        default: number = 0
        }
        guard number < interfaces.count else {
            if number >= PcapngFormat.maximumInterfaces { return nil }
            throw source.damaged("a packet of an interface that was not described")
        }
        let interface = interfaces[number]
        let original: UInt32
        var captured: UInt32
        if type == BlockType.simplePacket {
            original = field(body.start, 0)
            captured = min(original, UInt32(body.count - header))
            if interface.snapLength > 0 { captured = min(captured, interface.snapLength) }
        } else {
            lastTime = interface.time(UInt64(field(body.start, 4)) << 32 | UInt64(field(body.start, 8)))
            captured = field(body.start, 12)
            original = field(body.start, 16)
        }
        guard Int(captured) <= body.count - header else {
            throw source.damaged("a packet of \(captured) bytes in a block of \(body.count + 12)")
        }
        if type == BlockType.enhancedPacket {
            let options = header + (Int(captured) + 3) & ~3
            // epb_dropcount is option 4.
            if body.count >= options + 12 {
                var dropped: UInt64 = 0
                forEachOption(body, from: options) { code, offset, length in
                    guard code == 4, length >= 8 else { return }
                    let stored = body.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    dropped = isSwapped ? stored.byteSwapped : stored
                }
                if dropped > 0 { noteDropped(dropped, number) }
            }
        } else if type == BlockType.obsoletePacket {
            let dropped = halfField(body.start, 2)
            // All ones represent an unknown count.
            if dropped > 0, dropped < .max { noteDropped(UInt64(dropped), number) }
        }
        // A Simple Packet Block has no time: it gets the time of the packet before it.
        return CapturedPacket(
            bytes: UnsafeRawBufferPointer(start: body.start + header, count: Int(captured)),
            originalLength: Int(original), linkType: interface.linkType, time: lastTime)
    }

    @inline(__always)
    private func field(_ start: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        let value = start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isSwapped ? value.byteSwapped : value
    }

    @inline(__always)
    private func halfField(_ start: UnsafeRawPointer, _ offset: Int) -> UInt16 {
        let value = start.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return isSwapped ? value.byteSwapped : value
    }
}
