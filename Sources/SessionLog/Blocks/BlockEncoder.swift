import Formats

/// Encodes a block from its columns: header, directory, and each column, compressed if that makes it smaller.
struct BlockEncoder: ~Copyable {
    private var compressor: ZstdCompressor
    private let levels: CompressionLevels
    private var seal: BlockSeal?
    private var buffer = GrowingBuffer()

    /// Creates an encoder that compresses at `level`, and seals the blocks if there is a `seal`.
    init(level: Int32, seal: consuming BlockSeal? = nil) throws(SessionLogError) {
        compressor = try ZstdCompressor()
        levels = CompressionLevels(level)
        self.seal = seal
    }

    /// The last encoded block; valid until the next one is encoded.
    var bytes: UnsafeRawBufferPointer { buffer.bytes }

    /// Encodes the block of `columns`, and fills in the sizes and checksums of `header`.
    ///
    /// - Returns: the header as written.
    mutating func encode(
        _ header: BlockHeader, columns: [(column: Column, bytes: UnsafeRawBufferPointer)]
    ) throws(SessionLogError) -> BlockHeader {
        let kept = columns.filter { !$0.bytes.isEmpty && ($0.column.isRequired || $0.bytes.contains { $0 != 0 }) }
        let start = LogFormat.blockHeaderBytes
        buffer.resize(to: start)
        var finished = header
        finished.payloadChecksum = try append(kept)
        finished.rawBytes = UInt32(kept.reduce(0) { $0 + $1.bytes.count })
        finished.storedBytes = UInt32(buffer.count - start)
        if seal != nil {
            finished.isSealed = true
            finished.storedBytes += UInt32(BlockSeal.extraBytes)
            try seal?.close(finished, &buffer, from: start)
            finished.payloadChecksum = CRC32.of(UnsafeRawBufferPointer(rebasing: buffer.bytes[start...]))
        }
        finished.write(to: buffer.mutableBytes)
        return finished
    }

    /// Appends the payload; returns its checksum.
    private mutating func append(
        _ columns: [(column: Column, bytes: UnsafeRawBufferPointer)]
    ) throws(SessionLogError) -> UInt32 {
        guard !columns.isEmpty else { return 0 }
        let start = buffer.count
        buffer.resize(to: start + ColumnDirectory.bytes(columns: columns.count))
        var list: [UInt8] = []
        var sums: [(sum: UInt32, count: Int)] = []
        for (column, bytes) in columns {
            let before = buffer.count
            let coding = try append(bytes, levels.preset(of: column))
            let stored = UnsafeRawBufferPointer(rebasing: buffer.bytes[before...])
            sums.append((CRC32.of(stored), stored.count))
            list.append(column.rawValue)
            list.append(coding.rawValue)
            list.appendLittleEndian(UInt32(stored.count))
            list.appendLittleEndian(UInt32(bytes.count))
            list.appendLittleEndian(sums[sums.count - 1].sum)
        }
        var directory: [UInt8] = []
        directory.appendLittleEndian(UInt16(columns.count))
        directory.appendLittleEndian(list.withRawBytes { CRC32.of($0) })
        directory += list
        UnsafeMutableRawBufferPointer(rebasing: buffer.mutableBytes[start...]).copyBytes(from: directory)
        return sums.reduce(directory.withRawBytes { CRC32.of($0) }) {
            CRC32.of($0, followedBy: $1.sum, ofBytes: $1.count)
        }
    }

    private mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ preset: ZstdPreset?
    ) throws(SessionLogError) -> Column.Coding {
        let before = buffer.count
        if let preset {
            try compressor.append(bytes, preset, to: &buffer)
            if buffer.count - before < bytes.count { return .zstd }
            buffer.resize(to: before)
        }
        buffer.append(bytes)
        return .stored
    }
}
