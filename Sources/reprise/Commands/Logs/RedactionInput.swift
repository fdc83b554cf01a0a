import Redaction

/// The policy and the key of a redaction, as given on the command line.
enum RedactionInput {
    /// The shortest accepted key, in bytes.
    private static let shortestKey = 16
    /// The longest policy that is read.
    private static let policyLimit = 1 << 20

    /// A redactor with the policy called `policy` (a file, or `default`) and the key in the file `key`.
    ///
    /// - Parameter key: nil for a random key that is not kept: pseudonyms are the same within one log only.
    static func redactor(policy: String, key: String?) throws -> Redactor {
        Redactor(policy: try self.policy(policy), key: try key.map(self.key) ?? freshKey())
    }

    private static func policy(_ name: String) throws -> RedactionPolicy {
        if name == "default" { return .default }
        let bytes = try InputFile.read(name, limit: policyLimit, what: "policy", mayBeEmpty: true)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(name): line 1: not valid YAML: not UTF-8", .badInput)
        }
        do throws(PolicyError) {
            return try RedactionPolicy(yaml: text)
        } catch {
            throw CommandFailure("\(name): \(error)", .badInput)
        }
    }

    private static func key(_ path: String) throws -> [UInt8] {
        let key = try KeyFile.read(path)
        guard key.count >= shortestKey else {
            throw CommandFailure(
                "the key in \(path) has \(key.count) bytes; \(shortestKey) are needed: head -c 32 /dev/urandom > \(path)",
                .badInput)
        }
        return key
    }

    private static func freshKey() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next() as UInt64) { Array($0) } }
    }
}
