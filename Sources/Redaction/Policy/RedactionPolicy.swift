import Credentials

/// What must be redacted in exchanges: an ordered list of rules, of which the first that applies to a value decides.
public struct RedactionPolicy: Sendable {
    /// How bodies are treated that cannot be parsed.
    enum Unparsable: String, CaseIterable, Sendable {
        /// They are searched as text for patterns, names and values redacted elsewhere.
        case scan
        /// They are not kept.
        case drop
    }

    var rules: [RedactionRule]
    var unparsable: Unparsable

    /// The policy for credentials and cookies; its text is ``defaultText``.
    public static let `default`: RedactionPolicy = {
        do throws(PolicyError) {
            return try RedactionPolicy(yaml: defaultText)
        } catch {
            preconditionFailure("the built-in policy is well-formed: \(error)")
        }
    }()

    /// The built-in policy as a user would write it: `Credentials.SecretNames.rules`, and tokens and keys by pattern.
    public static let defaultText: String =
        """
        # Credentials and cookies: values that let someone impersonate the recorded users.
        # In names, case and the separators - _ . are ignored; * matches anything, | matches a word boundary.
        # The first rule that applies decides. when: plain means numbers, dates and words; when: short means words and
        # small numbers.
        rules:

        """ + SecretNames.rules.map(yaml).joined() + "  - pattern: jwt\n    action: pseudonymise\n"
        + "  - pattern: key\n    action: pseudonymise\n"

    private static func yaml(_ rule: SecretRule) -> String {
        let keys: [String] =
            rule.places.count == SecretPlace.allCases.count - 1
            ? ["name"] : SecretPlace.allCases.filter(rule.places.contains).map { "\($0)" }
        var text = ""
        for (index, key) in keys.enumerated() {
            text += "\(index == 0 ? "  - " : "    ")\(key): [\(wrapped(rule.names))]\n"
        }
        switch rule.verdict {
        case .secret: text += "    action: pseudonymise\n"
        case .open: text += "    action: keep\n"
        case .openIfPlain: text += "    when: plain\n    action: keep\n"
        case .openIfShort: text += "    when: short\n    action: keep\n"
        }
        return text
    }

    /// The quoted names, several per line.
    private static func wrapped(_ names: [String]) -> String {
        var (lines, line) = ([String](), "")
        for name in names {
            if line.utf8.count + name.utf8.count > 96 {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : ", ") + "\"\(name)\""
        }
        return (lines + [line]).joined(separator: ",\n      ")
    }
}
