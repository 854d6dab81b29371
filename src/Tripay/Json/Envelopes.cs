using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Json;

/// <summary>The part every answer has.</summary>
record TripayEnvelope
{
    public bool Success { get; init; }
    public string? Message { get; init; }
}

/// <summary>An answer with data.</summary>
record TripayEnvelope<T> : TripayEnvelope
{
    public T? Data { get; init; }
}

/// <summary>The merchant's list: pagination stands beside the data.</summary>
sealed record TripayListEnvelope : TripayEnvelope<List<TripayTransaction>>
{
    public TripayPagination? Pagination { get; init; }
}

sealed record TripayPagination
{
    public long CurrentPage { get; init; }
    public long? NextPage { get; init; }
    public long TotalRecords { get; init; }
}
