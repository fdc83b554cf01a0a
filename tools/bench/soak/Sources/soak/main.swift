import Foundation

// Prints how often the soak tests err, and what they cost: soak [memory|looks|drift|endpoints|compare|cost]… [--runs N] [--seed N] [--lengths 300,3600] [--rates 1,10,100] [--verbose]
var parts: Set<String> = []
var runs = 40
var seed: UInt64 = 1
var rates = [1.0, 10, 50, 1000]
var lengths = [300.0, 900, 3600, 28800]
var isVerbose = false
var words = CommandLine.arguments.dropFirst().makeIterator()
while let word = words.next() {
    switch word {
    case "--runs": runs = words.next().flatMap { Int($0) } ?? runs
    case "--seed": seed = words.next().flatMap { UInt64($0) } ?? seed
    case "--lengths": lengths = words.next()?.split(separator: ",").compactMap { Double($0) } ?? lengths
    case "--rates": rates = words.next()?.split(separator: ",").compactMap { Double($0) } ?? rates
    case "--judge":
        try CostBench(seed: seed).judge(path: words.next() ?? "")
        exit(0)
    case "--verbose": isVerbose = true
    case "memory", "looks", "drift", "endpoints", "compare", "cost": parts.insert(word)
    default:
        print(
            "usage: soak [memory|looks|drift|endpoints|compare|cost]… [--runs N] [--seed N] [--lengths SECONDS,…] [--rates N,…] [--verbose]"
        )
        exit(64)
    }
}
let isAll = parts.isEmpty
let memory = MemoryBench(runs: runs, seed: seed, lengths: lengths, isVerbose: isVerbose)
if isAll || parts.contains("memory") { memory.run() }
if isAll || parts.contains("looks") { memory.sequential() }
let latency = LatencyBench(
    runs: runs, seed: seed, lengths: lengths.filter { $0 <= 3600 }.map { Int($0) }, rates: rates, isVerbose: isVerbose)
if isAll || parts.contains("drift") { latency.drift() }
if isAll || parts.contains("endpoints") {
    EndpointBench(runs: runs, seed: seed, lengths: latency.lengths, rates: rates).run()
}
if isAll || parts.contains("compare") { latency.comparison() }
if parts.contains("cost") {
    let cost = CostBench(seed: seed)
    let folder = FileManager.default.temporaryDirectory.appending(
        path: "soak-cost-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try cost.longRun(path: folder.path)
}
