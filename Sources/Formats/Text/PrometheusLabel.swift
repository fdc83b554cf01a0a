/// A metric label in Prometheus text format 0.0.4.
public enum PrometheusLabel {
    /// `area="heap"`, with backslashes, quotes and line ends in the value escaped.
    public static func text(_ name: String, _ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(name)=\"\(escaped)\""
    }
}
