import Glibc
import Redaction

/// The policy and the key of a redaction, as the command line names them.
enum RedactionInput {
    /// Fewer bytes of key are no key.
    private static let shortestKey = 16
    /// The longest policy that is read.
    private static let policyLimit = 1 << 20

    /// A redactor under the policy called `policy` (a file, or `default`) and the key in the file `key`.
    ///
    /// - Parameter key: nil for a key that is forgotten afterwards: pseudonyms are the same within one log only.
    static func redactor(policy: String, key: String?) throws -> Redactor {
        Redactor(policy: try self.policy(policy), key: try key.map(self.key) ?? freshKey())
    }

    private static func policy(_ name: String) throws -> RedactionPolicy {
        if name == "default" { return .default }
        let bytes = try read(name)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(name): line 1: is no YAML: not UTF-8", .badInput)
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

    private static func read(_ path: String) throws -> [UInt8] {
        func failure() -> CommandFailure {
            CommandFailure("cannot read the policy \(path): \(String(cString: strerror(errno)))", .badInput)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= policyLimit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += chunk[..<count] } else if errno != EINTR { throw failure() }
        }
        throw CommandFailure("\(path) is too long for a policy", .badInput)
    }
}
