import Formats

extension SuccessSigns {
    /// The signs in the members of one JSON object.
    struct ObjectReading {
        private(set) var good: SuccessSigns = []
        private(set) var bad: SuccessSigns = []
        /// Whether the value of a member that may be an error code means success; nil without such a member.
        private var isGoodCode: Bool?
        private var hasResult = false
        private var hasError = false
        private var hasMessage = false
        private var hasData = false

        /// Reads the value of a member whose meaning is `member`.
        ///
        /// - Parameter first: the first byte of the value
        mutating func read(_ member: Member, _ value: Slice<UnsafeBufferPointer<UInt8>>, first: UInt8) {
            switch member {
            case .result:
                hasResult = true
                readWord(value)
            case .failed: readFlag(value, .isOK, isGoodIfSet: false)
            case .absence: readFlag(value, .isLoggedIn, isGoodIfSet: false)
            case .flag(let sign): readFlag(value, sign)
            case .message:
                hasMessage = true
                guard first == UInt8(ascii: "\""), value.count > 2 else { return }
                note(.noFailureText, isGood: !FailureText.isFailure(value))
            case .data: hasData = true
            case .error: hasError = hasError || !SuccessSigns.isEmpty(value)
            case .errors: note(.noErrors, isGood: SuccessSigns.isEmpty(value))
            case .code(let isSure) where ASCII.isDigit(first) || first == UInt8(ascii: "-"):
                let isZero = value.elementsEqual("0".utf8)
                if isSure {
                    note(.zeroCode, isGood: isZero)
                } else {
                    isGoodCode = isZero || value.elementsEqual("200".utf8)
                }
            case .status: readStatus(value, first: first)
            case .code, .parts: break
            }
        }

        /// Weighs the members against each other; called once after the last member.
        mutating func finish() {
            if let isGoodCode, hasMessage || hasData {
                if isGoodCode { good.insert(.zeroCode) } else if hasMessage { bad.insert(.zeroCode) }
            }
            let hasSuccess = !good.subtracting(.noFailureText).isEmpty
            if hasError {
                // An error next to a success is only a warning.
                if !hasSuccess { bad.insert(.noError) }
            } else if hasResult || hasSuccess {
                good.insert(.noError)
            }
        }

        private mutating func note(_ sign: SuccessSigns, isGood: Bool) {
            if isGood { good.insert(sign) } else { bad.insert(sign) }
        }

        /// A flag, which may also be a value of another kind.
        private mutating func readFlag(
            _ value: Slice<UnsafeBufferPointer<UInt8>>, _ sign: SuccessSigns, isGoodIfSet: Bool = true
        ) {
            if SuccessSigns.isYes(value) {
                note(sign, isGood: isGoodIfSet)
            } else if SuccessSigns.isNo(value) {
                note(sign, isGood: !isGoodIfSet)
            }
        }

        /// A word for success or failure, a flag, or an HTTP status.
        private mutating func readStatus(_ value: Slice<UnsafeBufferPointer<UInt8>>, first: UInt8) {
            readWord(value)
            if first == UInt8(ascii: "t") || first == UInt8(ascii: "f") {
                readFlag(value, .isOK)
            } else if let status = SuccessSigns.httpStatus(value) {
                note(.goodStatus, isGood: status < 400)
            }
        }

        /// A word for success or failure in quotes.
        private mutating func readWord(_ value: Slice<UnsafeBufferPointer<UInt8>>) {
            guard value.first == UInt8(ascii: "\"") else { return }
            let word = value.dropFirst().dropLast()
            if SuccessSigns.isSuccess(word) { good.insert(.goodStatus) }
            if SuccessSigns.isFailure(word) { bad.insert(.goodStatus) }
        }
    }
}
