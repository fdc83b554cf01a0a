/// Makes a block's bytes of its columns: header, directory, and each column compressed where that makes it smaller.
struct BlockEncoder: ~Copyable {
    private let compressor: ZstdCompressor
    private var buffer = GrowingBuffer()

    /// An encoder that compresses at a zstd `level`.
    init(level: Int32) throws(SessionLogError) { compressor = try ZstdCompressor(level: level) }

    /// The block made last; valid until the next one is made.
    var bytes: UnsafeRawBufferPointer { buffer.bytes }

    /// Makes the block of `columns`; the sizes and checksums in `header` are filled in.
    ///
    /// - Returns: the header as written.
    mutating func encode(
        _ header: BlockHeader, columns: [(column: Column, bytes: [UInt8])]
    ) throws(SessionLogError) -> BlockHeader {
        let kept = columns.filter { !$0.bytes.isEmpty && ($0.column.isRequired || $0.bytes.contains { $0 != 0 }) }
        let start = LogFormat.blockHeaderBytes
        let directoryBytes = kept.isEmpty ? 0 : 2 + kept.count * LogFormat.columnEntryBytes
        buffer.resize(to: start + directoryBytes)
        var directory: [UInt8] = []
        if !kept.isEmpty { directory.appendLittleEndian(UInt16(kept.count)) }
        for (column, bytes) in kept {
            let before = buffer.count
            let coding = try append(bytes)
            directory.append(column.rawValue)
            directory.append(coding.rawValue)
            directory.appendLittleEndian(UInt32(buffer.count - before))
            directory.appendLittleEndian(UInt32(bytes.count))
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer.mutableBytes[start...]).copyBytes(from: directory)

        var finished = header
        let payload = UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
        finished.storedBytes = UInt32(payload.count)
        finished.rawBytes = UInt32(kept.reduce(0) { $0 + $1.bytes.count })
        finished.payloadChecksum = checksum(payload)
        finished.write(to: buffer.mutableBytes)
        return finished
    }

    private mutating func append(_ bytes: [UInt8]) throws(SessionLogError) -> Column.Coding {
        let before = buffer.count
        try bytes.withRawBytes { source throws(SessionLogError) in try compressor.append(source, to: &buffer) }
        guard buffer.count - before >= bytes.count else { return .zstd }
        buffer.resize(to: before)
        bytes.withRawBytes { buffer.append($0) }
        return .stored
    }
}
