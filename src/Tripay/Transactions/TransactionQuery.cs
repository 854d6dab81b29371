namespace Webrana.Tripay.Transactions;

/// <summary>Which of the merchant's transactions to list. What is null does not restrict.</summary>
public sealed record TransactionQuery
{
    /// <summary>The most Tripay puts on a page.</summary>
    public const int MaximumPerPage = 50;

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Rows per page, at most <see cref="MaximumPerPage"/>.</summary>
    public int PerPage { get; init; } = MaximumPerPage;

    /// <summary>Newest first; otherwise oldest first.</summary>
    public bool NewestFirst { get; init; } = true;

    /// <summary>Tripay's reference.</summary>
    public string? Reference { get; init; }

    /// <summary>Our reference.</summary>
    public string? MerchantRef { get; init; }

    /// <summary>A channel's code.</summary>
    public string? Method { get; init; }

    /// <summary>A status.</summary>
    public TripayStatus? Status { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="CurrentPage">This page, from 1.</param>
/// <param name="NextPage">The page to ask for next; null at the end.</param>
/// <param name="TotalRecords">Rows on all pages.</param>
public sealed record TripayPage<T>(IReadOnlyList<T> Items, int CurrentPage, int? NextPage, long TotalRecords);
