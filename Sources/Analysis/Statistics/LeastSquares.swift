/// A least squares fit of values on columns, with an orthogonal basis (Gram-Schmidt, each column orthogonalised twice).
struct LeastSquares {
    /// One per column.
    let coefficients: [Double]
    /// The diagonal of the inverse of XᵀX: each coefficient's variance divided by that of the noise.
    let variances: [Double]
    /// The unexplained remainder of each value.
    let residuals: [Double]
    /// Sum of the squares of `residuals`.
    let residualSquares: Double

    private let basis: [[Double]]

    /// - Returns: nil if a column is a linear combination of earlier ones, or there are not more values than columns.
    init?(columns: [[Double]], values: [Double]) {
        guard columns.count < values.count else { return nil }
        var basis: [[Double]] = []
        var triangle: [[Double]] = []
        for column in columns {
            var rest = column
            var shares = [Double](repeating: 0, count: basis.count)
            for _ in 0..<2 {
                for place in basis.indices {
                    let share = LeastSquares.dot(basis[place], rest)
                    shares[place] += share
                    LeastSquares.subtract(share, basis[place], from: &rest)
                }
            }
            let length = LeastSquares.dot(rest, rest).squareRoot()
            guard length > 1e-7 * LeastSquares.dot(column, column).squareRoot(), length > 0 else { return nil }
            basis.append(rest.map { $0 / length })
            triangle.append(shares + [length])
        }
        var residuals = values
        var targets: [Double] = []
        for direction in basis {
            let share = LeastSquares.dot(direction, residuals)
            targets.append(share)
            LeastSquares.subtract(share, direction, from: &residuals)
        }
        self.basis = basis
        self.residuals = residuals
        residualSquares = LeastSquares.dot(residuals, residuals)
        let inverse = LeastSquares.inverse(triangle)
        coefficients = inverse.map { row in zip(row, targets).reduce(0) { $0 + $1.0 * $1.1 } }
        variances = inverse.map { row in row.reduce(0) { $0 + $1 * $1 } }
    }

    /// The reduction of `residualSquares` if a column were added.
    func gain(ofAdding column: [Double]) -> Double {
        var rest = column
        for direction in basis { LeastSquares.subtract(LeastSquares.dot(direction, rest), direction, from: &rest) }
        let length = LeastSquares.dot(rest, rest)
        guard length > 1e-10 * LeastSquares.dot(column, column) else { return 0 }
        let share = LeastSquares.dot(rest, residuals)
        return share * share / length
    }

    /// The inverse of an upper triangular matrix given by columns; the result is by rows.
    private static func inverse(_ columns: [[Double]]) -> [[Double]] {
        let size = columns.count
        var rows = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
        for end in 0..<size {
            rows[end][end] = 1 / columns[end][end]
            for row in stride(from: end - 1, through: 0, by: -1) {
                var sum = 0.0
                for inner in (row + 1)...end { sum += columns[inner][row] * rows[inner][end] }
                rows[row][end] = -sum / columns[row][row]
            }
        }
        return rows
    }

    static func dot(_ left: [Double], _ right: [Double]) -> Double {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                var sum = 0.0
                for place in 0..<min(left.count, right.count) { sum += left[place] * right[place] }
                return sum
            }
        }
    }

    static func subtract(_ factor: Double, _ other: [Double], from values: inout [Double]) {
        for place in 0..<min(values.count, other.count) { values[place] -= factor * other[place] }
    }
}
