namespace Webrana.Api.Problems;

/// <summary>One kind of refusal: what every answer of this <paramref name="Code"/> has in common.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, snake_case: what programs switch on.</param>
/// <param name="Title">The same short sentence every time.</param>
/// <param name="Advice">What to do about it; the detail where the refusal itself brings none.</param>
public sealed record ProblemKind(int Status, string Code, string Title, string Advice);
