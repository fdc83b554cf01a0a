import Analysis
import Formats
import Report
import Workflows

/// Judges tables of memory and of requests, one after the other; a table that cannot be read does not stop the rest.
struct TableJudgement {
    /// Prints JSON, one object per line, instead of sentences.
    let isJSON: Bool
    private(set) var hasRefused = false
    /// What was found, for gates.
    private(set) var memory: [MemorySeriesVerdict.Verdict] = []
    private(set) var latency: [LatencyTrend.Verdict] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    /// Judges a table of memory and prints what was found.
    mutating func judge(memory file: String) throws {
        let result: MemorySeriesVerdict
        do throws(TableFile.Problem) {
            result = MemorySeriesVerdict(file: file, try SampleTable(file: file))
        } catch {
            result = MemorySeriesVerdict(file: file, refused: refuse(error))
        }
        memory.append(result.verdict)
        // Standard error already has the reason; a script that reads JSON still gets an object for each table.
        guard isJSON || !result.isRefused else { return }
        try show(result, "\(result.verdict == .noLeak ? "no leak" : result.verdict.rawValue): \(result.reason)")
    }

    /// Judges a table of requests and prints what was found.
    mutating func judge(latency file: String) throws {
        let result: LatencySeriesVerdict
        do throws(TableFile.Problem) {
            result = LatencySeriesVerdict(file: file, try LatencyTable(file: file))
        } catch {
            result = LatencySeriesVerdict(file: file, refused: refuse(error))
        }
        latency.append(result.verdict)
        guard isJSON || !result.isRefused else { return }
        try show(result, "\(result.verdict.rawValue): \(file): \(result.reason)")
    }

    private mutating func refuse(_ failure: TableFile.Problem) -> String {
        hasRefused = true
        Console.print(failure)
        return failure.description
    }

    private func show(_ result: some Encodable, _ sentence: String) throws {
        try ResultOutput.print(
            isJSON ? JSONText.encodedText(result, isPretty: false) : sentence)
    }
}

extension TableFile.Problem: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
