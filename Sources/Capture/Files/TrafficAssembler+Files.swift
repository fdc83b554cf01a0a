public import Traffic

/// Reads whole files without crossing the module boundary for each packet.
extension TrafficAssembler {
    /// Processes packets of `file` until it ends, the batch holds `batchBytes` bytes, `boundary` is reached, or
    /// ``filterFailure`` is set.
    ///
    /// - Returns: false when the file has ended.
    /// - Throws: if the file is damaged; the packets before the damage are processed.
    public mutating func read(
        _ file: inout CaptureFile, untilBatchBytes batchBytes: Int,
        until boundary: CaptureTime = .distantFuture
    ) throws(CaptureFileError) -> Bool {
        if file.mayHoldSecrets { mayLearnSecrets = true }
        tcp.awaitsOtherDirection = true
        reading.awaitsOtherDirection = true
        while let packet = try file.next() {
            takeNotes(&file)
            process(packet)
            if batch.bytes.count >= batchBytes || reading.now >= boundary.nanoseconds
                || filterFailure != nil
            {
                return true
            }
        }
        takeNotes(&file)
        return false
    }

    /// The same for several files of one recording; see ``CaptureFiles``. Damage to one file does not end the others.
    public mutating func read(
        _ files: CaptureFiles, untilBatchBytes batchBytes: Int,
        until boundary: CaptureTime = .distantFuture
    ) -> Bool {
        if let only = files.only {
            do throws(CaptureFileError) {
                return try read(&only.file, untilBatchBytes: batchBytes, until: boundary)
            } catch {
                files.note(error)
                noteDamagedFiles(files.takeDamageCount())
                return false
            }
        }
        tcp.awaitsOtherDirection = true
        reading.awaitsOtherDirection = true
        while true {
            if !mayLearnSecrets, files.mayHoldSecrets { mayLearnSecrets = true }
            var notes: (secrets: [UInt8], drops: PacketDrops) = ([], PacketDrops())
            let packet = files.next { file in
                notes.secrets += file.takeSecrets()
                let drops = file.takeDrops()
                notes.drops.kernel &+= drops.kernel
                notes.drops.interface &+= drops.interface
            }
            if !notes.secrets.isEmpty { learn(notes.secrets) }
            if !notes.drops.isNone {
                noteDrops(kernel: notes.drops.kernel, interface: notes.drops.interface)
            }
            if files.uncountedDamages > 0 { noteDamagedFiles(files.takeDamageCount()) }
            guard let packet else { return false }
            process(packet)
            if files.hasSkews {
                for skew in files.takeSkews() { tcp.clock.noteSkew(skew) }
            }
            if batch.bytes.count >= batchBytes || reading.now >= boundary.nanoseconds
                || filterFailure != nil
            {
                return true
            }
        }
    }

    /// Takes the secrets and drops found before the last packet read.
    @inline(__always)
    private mutating func takeNotes(_ file: inout CaptureFile) {
        if file.hasSecrets { learn(file.takeSecrets()) }
        if file.hasDrops {
            let drops = file.takeDrops()
            noteDrops(kernel: drops.kernel, interface: drops.interface)
        }
    }
}
