import Traffic

/// `targets.csv`: one line per sample of a watched process. Any tool can plot it.
enum TargetTable {
    static let header = "time_ns,pid,start_ticks,name,event,rss_bytes,pss_bytes,cpu_ns,threads,open_files"

    static func line(_ reading: ProcessReading) -> String {
        switch reading {
        case .sample(let identity, let sample):
            let fields: [String] = [
                "sample", "\(sample.rssBytes)", sample.pssBytes.map { "\($0)" } ?? "", "\(sample.cpuNs)",
                "\(sample.threads)", sample.openFiles.map { "\($0)" } ?? "",
            ]
            return line(identity, at: sample.time, fields)
        case .vanished(let identity, let time):
            return line(identity, at: time, ["vanished", "", "", "", "", ""])
        }
    }

    /// - Returns: nil when the line is not a valid row, for example if it is truncated.
    static func reading(_ line: ArraySlice<UInt8>) -> ProcessReading? {
        guard let fields = TableLine.fields(of: line)?.map(TableLine.text), fields.count == 10,
            let time = Int64(fields[0]), RunBounds.holds(time), let pid = Int32(fields[1]),
            let start = UInt64(fields[2])
        else { return nil }
        let identity = ProcessIdentity(pid: pid, startTicks: start, name: fields[3])
        let instant = RunTime(nanoseconds: time)
        if fields[4] == "vanished" { return .vanished(identity, instant) }
        guard fields[4] == "sample", let rss = UInt64(fields[5]), let cpu = UInt64(fields[7]),
            let threads = Int(fields[8])
        else { return nil }
        let (pss, files) = (UInt64(fields[6]), Int(fields[9]))
        guard max(rss, cpu, pss ?? 0) <= RunBounds.amount, (0...Int(RunBounds.count)).contains(threads),
            (0...Int(RunBounds.count)).contains(files ?? 0)
        else { return nil }
        return .sample(
            identity,
            ProcessSample(
                time: instant, rssBytes: rss, pssBytes: pss, cpuNs: cpu, threads: threads,
                openFiles: files))
    }

    private static func line(_ identity: ProcessIdentity, at time: RunTime, _ rest: [String]) -> String {
        let name = TableLine.quoted(identity.name)
        return (["\(time.nanoseconds)", "\(identity.pid)", "\(identity.startTicks)", name] + rest)
            .joined(separator: ",") + "\n"
    }
}
