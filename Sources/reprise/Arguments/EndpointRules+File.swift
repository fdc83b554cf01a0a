import Traffic
import Workflows

extension EndpointRules {
    /// The endpoint templates in a file; empty without a file.
    init(file: String?) throws {
        guard let file else {
            self.init()
            return
        }
        let bytes = try InputFile.read(file, limit: 1 << 20, what: "endpoints", mayBeEmpty: true)
        do throws(EndpointRuleError) {
            try self.init(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CommandFailure("\(file): \(error)", .badInput)
        }
    }
}

extension RunSource.NoExchange: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
