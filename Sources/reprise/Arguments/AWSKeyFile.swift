import Glibc
import Plan

/// Reads AWS keys from the variables or the file that AWS's own tools use.
enum AWSKeyFile {
    /// The keys in the file called `name`, or in the environment variables for `env`.
    static func keys(_ name: String) throws -> AWSKeys {
        guard name == "env" else { return try keys(in: try KeyFile.read(name), name) }
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let identifier = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") else {
            throw CommandFailure(
                "--aws-keys env: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set", .badInput)
        }
        return AWSKeys(identifier: identifier, secret: secret, sessionToken: variable("AWS_SESSION_TOKEN"))
    }

    /// The keys of a credentials file: those of the profile `default`, or otherwise of the first profile.
    static func keys(in bytes: [UInt8], _ name: String) throws -> AWSKeys {
        var profiles: [(name: String, members: [String: String])] = []
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                profiles.append((String(text[..<end].dropFirst()), [:]))
            } else if let equals = text.firstIndex(of: "="), !text.hasPrefix("#") {
                if profiles.isEmpty { profiles.append(("default", [:])) }
                let key = text[..<equals].filter { $0 != " " }
                let value = text[text.index(after: equals)...].filter { $0 != " " }
                profiles[profiles.count - 1].members[String(key)] = String(value)
            }
        }
        let profile = profiles.first { $0.name == "default" } ?? profiles.first
        guard let identifier = profile?.members["aws_access_key_id"],
            let secret = profile?.members["aws_secret_access_key"]
        else {
            throw CommandFailure("\(name) has no aws_access_key_id and aws_secret_access_key", .badInput)
        }
        return AWSKeys(
            identifier: identifier, secret: secret, sessionToken: profile?.members["aws_session_token"])
    }
}
