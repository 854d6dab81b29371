using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Json;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay;

/// <summary>
/// Tripay's closed-payment API. Reads are repeated by the HTTP pipeline of <see cref="TripayServiceCollectionExtensions.AddTripay"/>;
/// a create is sent once. Nothing but the caller's own cancellation throws.
/// </summary>
public sealed partial class TripayClient
{
    /// <summary>The name of the client's HTTP pipeline.</summary>
    public const string HttpClientName = "tripay";

    // An invoice with more payments than this is not looked for any further.
    const int MaximumLookupPages = 4;

    readonly HttpClient _http;
    readonly IOptions<TripayOptions> _options;
    readonly ILogger _logger;
    readonly TimeProvider _time;

    /// <summary>Makes a client on an HTTP pipeline, usually made by <see cref="TripayServiceCollectionExtensions.AddTripay"/>.</summary>
    /// <param name="http">The pipeline. It must not follow redirects and must not repeat POST.</param>
    /// <param name="options">The merchant.</param>
    /// <param name="logger">Where outcomes are logged.</param>
    /// <param name="time">Measures how long calls take.</param>
    public TripayClient(HttpClient http, IOptions<TripayOptions> options, ILogger<TripayClient>? logger = null, TimeProvider? time = null)
    {
        _http = http;
        _options = options;
        _logger = logger ?? NullLogger<TripayClient>.Instance;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The merchant's payment channels; with <paramref name="code"/> only that one.</summary>
    public async Task<TripayResult<IReadOnlyList<TripayChannel>>> GetChannelsAsync(string? code = null, CancellationToken cancellationToken = default) =>
        AsList(await GetDataAsync("merchant/payment-channel", Query(("code", code)), TripayJson.Default.TripayEnvelopeListTripayChannel, cancellationToken));

    /// <summary>What an amount in rupiah costs, by channel; with <paramref name="code"/> only for that one.</summary>
    public async Task<TripayResult<IReadOnlyList<TripayFeeQuote>>> GetFeesAsync(
        long amountIdr, string? code = null, CancellationToken cancellationToken = default) =>
        AsList(await GetDataAsync(
            "merchant/fee-calculator", Query(("amount", Text(amountIdr)), ("code", code)), TripayJson.Default.TripayEnvelopeListTripayFeeQuote, cancellationToken));

    /// <summary>How to pay by a channel. Without <paramref name="payCode"/> or <paramref name="amountIdr"/> the steps keep placeholders.</summary>
    public async Task<TripayResult<IReadOnlyList<TripayInstruction>>> GetInstructionsAsync(
        string code, string? payCode = null, long? amountIdr = null, bool allowHtml = false, CancellationToken cancellationToken = default) =>
        AsList(await GetDataAsync(
            "payment/instruction",
            Query(("code", code), ("pay_code", payCode), ("amount", amountIdr is { } amount ? Text(amount) : null), ("allow_html", allowHtml ? "1" : "0")),
            TripayJson.Default.TripayEnvelopeListTripayInstruction,
            cancellationToken));

    /// <summary>
    /// Creates a payment. Sent once: Tripay knows no idempotency key and accepts the same merchant reference again. After
    /// <see cref="TripayResult{T}.Unknown"/>, and after cancellation, call <see cref="FindByMerchantRefAsync"/> before creating again.
    /// </summary>
    /// <exception cref="ArgumentException">The items do not sum up to the amount, or the amount is not positive.</exception>
    public async Task<TripayResult<TripayTransaction>> CreateTransactionAsync(CreateTransaction transaction, CancellationToken cancellationToken = default)
    {
        var content = JsonContent.Create(transaction.Sign(_options.Value), TripayJson.Default.CreateTransactionBody);
        return Referenced(await SendAsync(HttpMethod.Post, "transaction/create", "", content, TripayJson.Default.TripayEnvelopeTripayTransaction, Data, cancellationToken));
    }

    /// <summary>One payment by Tripay's reference: the authority on its status and amounts.</summary>
    public async Task<TripayResult<TripayTransaction>> GetTransactionAsync(string reference, CancellationToken cancellationToken = default) =>
        Referenced(await GetDataAsync("transaction/detail", Query(("reference", reference)), TripayJson.Default.TripayEnvelopeTripayTransaction, cancellationToken));

    /// <summary>
    /// Makes Tripay ask the bank and refresh what it has stored. The status is read from the last word of a sentence: decide from
    /// <see cref="GetTransactionAsync"/> afterwards.
    /// </summary>
    public Task<TripayResult<TripayStatus>> CheckStatusAsync(string reference, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Get, "transaction/check-status", Query(("reference", reference)), null, TripayJson.Default.TripayEnvelope,
            envelope => new TripayResult<TripayStatus>.Ok(TripayStatusText.Parse(envelope.Message?.TrimEnd('.', ' ').Split(' ')[^1])),
            cancellationToken);

    /// <summary>One page of the merchant's transactions.</summary>
    public Task<TripayResult<TripayPage<TripayTransaction>>> ListTransactionsAsync(TransactionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.Page);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.PerPage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PerPage, TransactionQuery.MaximumPerPage);
        var text = Query(
            ("page", Text(query.Page)), ("per_page", Text(query.PerPage)), ("sort", query.NewestFirst ? "desc" : "asc"), ("reference", query.Reference),
            ("merchant_ref", query.MerchantRef), ("method", query.Method), ("status", query.Status?.ToText()));
        return SendAsync(HttpMethod.Get, "merchant/transactions", text, null, TripayJson.Default.TripayListEnvelope, ToPage, cancellationToken);

        TripayResult<TripayPage<TripayTransaction>> ToPage(TripayListEnvelope envelope) => envelope is { Data: { } items }
            ? new TripayResult<TripayPage<TripayTransaction>>.Ok(new(
                items, query.Page, (int?)envelope.Pagination?.NextPage, envelope.Pagination?.TotalRecords ?? items.Count))
            : new TripayResult<TripayPage<TripayTransaction>>.Unknown(NoData);
    }

    /// <summary>
    /// Every payment created under one of our references, newest first: what to ask after a create of unknown outcome. An empty list
    /// means that no such payment existed at that moment.
    /// </summary>
    public async Task<TripayResult<IReadOnlyList<TripayTransaction>>> FindByMerchantRefAsync(string merchantRef, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(merchantRef);
        var found = new List<TripayTransaction>();
        int? page = 1;
        for (var read = 0; page is { } number && read < MaximumLookupPages; read++)
        {
            var result = await ListTransactionsAsync(new TransactionQuery { MerchantRef = merchantRef, Page = number }, cancellationToken);
            if (result is not TripayResult<TripayPage<TripayTransaction>>.Ok ok) return result.Select(IReadOnlyList<TripayTransaction> (_) => []);

            // Should Tripay search by prefix, or ignore the filter: only what is ours counts.
            found.AddRange(ok.Value.Items.Where(transaction => transaction.MerchantRef == merchantRef));
            page = ok.Value.NextPage;
        }
        return new TripayResult<IReadOnlyList<TripayTransaction>>.Ok(found);
    }

    const string NoData = "the answer carries no data";

    Task<TripayResult<T>> GetDataAsync<T>(string path, string query, JsonTypeInfo<TripayEnvelope<T>> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, query, null, type, Data, cancellationToken);

    static TripayResult<T> Data<T>(TripayEnvelope<T> envelope) =>
        envelope.Data is { } data ? new TripayResult<T>.Ok(data) : new TripayResult<T>.Unknown(NoData);

    static TripayResult<TripayTransaction> Referenced(TripayResult<TripayTransaction> result) =>
        result is TripayResult<TripayTransaction>.Ok { Value.Reference: "" } ? new TripayResult<TripayTransaction>.Unknown("the answer carries no reference") : result;

    static TripayResult<IReadOnlyList<T>> AsList<T>(TripayResult<List<T>> result) => result.Select(IReadOnlyList<T> (list) => list);

    async Task<TripayResult<T>> SendAsync<TEnvelope, T>(
        HttpMethod method, string path, string query, HttpContent? content, JsonTypeInfo<TEnvelope> type, Func<TEnvelope, TripayResult<T>> read,
        CancellationToken cancellationToken)
        where TEnvelope : TripayEnvelope
    {
        var options = _options.Value;
        var started = _time.GetTimestamp();
        using var request = new HttpRequestMessage(method, new Uri(Root(options.BaseUrl), path + query)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            Log.Answered(_logger, method, path, (int)response.StatusCode, ElapsedMs());
            var result = Judge(response, body, type, read);
            if (result is TripayResult<T>.Refused refused) Log.Refused(_logger, method, path, refused.HttpStatus, refused.Message);
            if (result is TripayResult<T>.Unknown unknown) Log.Unknown(_logger, null, method, path, ElapsedMs(), unknown.Reason);
            return result;
        }
        catch (Exception exception) when (IsOutage(exception, cancellationToken))
        {
            var reason = exception is HttpRequestException ? "the connection failed" : "no answer in time";
            Log.Unknown(_logger, exception, method, path, ElapsedMs(), reason);
            return new TripayResult<T>.Unknown(reason);
        }

        long ElapsedMs() => (long)_time.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>
    /// HTTP status codes are undocumented and <c>success</c> is the documented authority, so both have to agree before an answer counts.
    /// </summary>
    static TripayResult<T> Judge<TEnvelope, T>(
        HttpResponseMessage response, byte[] body, JsonTypeInfo<TEnvelope> type, Func<TEnvelope, TripayResult<T>> read)
        where TEnvelope : TripayEnvelope
    {
        var status = (int)response.StatusCode;
        TripayEnvelope? outcome;
        TEnvelope? envelope = null;
        try
        {
            outcome = JsonSerializer.Deserialize(body, TripayJson.Default.TripayEnvelope);
            if (outcome is { Success: true }) envelope = JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return new TripayResult<T>.Unknown($"HTTP {status} with a body that is not Tripay's JSON");
        }
        if (outcome is null || status >= 500) return new TripayResult<T>.Unknown($"HTTP {status}");
        if (!outcome.Success) return new TripayResult<T>.Refused(outcome.Message ?? "", status);
        if (!response.IsSuccessStatusCode || envelope is null) return new TripayResult<T>.Unknown($"HTTP {status} with success");
        return read(envelope);
    }

    // Polly's timeout and circuit exceptions derive from ExecutionRejectedException; what the caller cancelled is the caller's.
    static bool IsOutage(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        HttpRequestException or IOException or Polly.ExecutionRejectedException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    static Uri Root(string baseUrl) => new(baseUrl.EndsWith('/') ? baseUrl : baseUrl + "/");

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (string.IsNullOrEmpty(value)) continue;
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return query.ToString();
    }
}
