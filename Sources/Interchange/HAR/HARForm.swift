import Formats
import HTTPWire

/// Bodies of forms, rebuilt from the fields that a HAR file contains instead of the body.
enum HARForm {
    /// The boundary for a multipart body whose head has none.
    private static let boundary = "----FormBoundaryOfRecordedFields"

    /// The body of `parameters` under the content type `type`.
    ///
    /// - Parameter length: the head's Content-Length.
    /// - Returns: the body, and the content type if it was missing; nil if a field's content, such as that of a file,
    ///   is missing.
    static func body(
        _ parameters: [HAREntry.Parameter], type: String?, length: Int?
    ) -> (bytes: [UInt8], type: String?)? {
        let kind = type?.lowercased() ?? ""
        if kind.contains("multipart/") || parameters.contains(where: { $0.fileName != nil }) {
            return multipart(parameters, type: type)
        }
        guard kind.isEmpty || kind.contains("urlencoded") else {
            // A text with another type, written as one parameter, which some exporters split at the first "=".
            guard let only = parameters.first, parameters.count == 1 else {
                return (Array(form(parameters, length: length).utf8), nil)
            }
            let value = only.value ?? ""
            let parts = [only.name, value].filter { !$0.isEmpty }
            return (Array(parts.joined(separator: "=").utf8), nil)
        }
        return (
            Array(form(parameters, length: length).utf8), kind.isEmpty ? "application/x-www-form-urlencoded" : nil
        )
    }

    /// The fields as a query or form. Exporters write values either decoded or as sent. The length decides; otherwise
    /// values count as sent if they contain escapes and nothing that would need encoding.
    static func form(_ parameters: [HAREntry.Parameter], length: Int?) -> String {
        let asSent = parameters.map { "\($0.name)=\($0.value ?? "")" }.joined(separator: "&")
        let encoded = parameters.map { "\(FormText.encode($0.name))=\(FormText.encode($0.value ?? ""))" }
            .joined(separator: "&")
        if let length, asSent.utf8.count != encoded.utf8.count {
            if length == encoded.utf8.count { return encoded }
            if length == asSent.utf8.count, parameters.allSatisfy({ isSendable($0) }) { return asSent }
        }
        let isEncoded = parameters.allSatisfy { isSendable($0) } && asSent.contains("%")
        return isEncoded ? asSent : encoded
    }

    private static func isSendable(_ parameter: HAREntry.Parameter) -> Bool {
        [parameter.name, parameter.value ?? ""].allSatisfy { text in
            var rest = Array(text.utf8)[...]
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "%"):
                    guard rest.count >= 2, rest.prefix(2).allSatisfy(isHexadecimal) else { return false }
                    rest = rest.dropFirst(2)
                case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "#"): return false
                case 0x21...0x7e: break
                default: return false
                }
            }
            return true
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    /// The multipart body (RFC 7578), in the style of browsers.
    private static func multipart(
        _ parameters: [HAREntry.Parameter], type: String?
    ) -> (bytes: [UInt8], type: String?)? {
        let named = type.flatMap(boundary(of:))
        let boundary = named ?? HARForm.boundary
        var text = ""
        for parameter in parameters {
            guard let value = parameter.value, parameter.fileName == nil || !value.isEmpty else { return nil }
            text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(parameter.name))\""
            if let file = parameter.fileName { text += "; filename=\"\(quoted(file))\"" }
            text += "\r\n"
            if let contentType = parameter.contentType { text += "Content-Type: \(HeadText.line(contentType))\r\n" }
            text += "\r\n\(value)\r\n"
        }
        text += "--\(boundary)--\r\n"
        return (Array(text.utf8), named == nil ? "multipart/form-data; boundary=\(boundary)" : nil)
    }

    private static func quoted(_ text: String) -> String {
        text.replacingScalars { scalar in
            switch scalar {
            case "\"": "%22"
            case "\r": "%0D"
            case "\n": "%0A"
            default: nil
            }
        }
    }

    private static func boundary(of type: String) -> String? {
        guard let start = type.lowercased().firstRange(of: "boundary=")?.upperBound else { return nil }
        // The offsets are equal: lower case does not change the length of ASCII text.
        let offset = type.lowercased().distance(from: type.lowercased().startIndex, to: start)
        let value = type.dropFirst(offset)
        let text =
            value.first == "\"" ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != ";" && $0 != " " }
        return text.isEmpty ? nil : String(text)
    }
}
