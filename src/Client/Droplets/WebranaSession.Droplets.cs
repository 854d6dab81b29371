using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string Instances = "api/v1/instances";

    /// <summary>Buys a server; what it refuses stands on <see cref="CreateOrderRequest"/>.</summary>
    public Task<ApiResult<OrderAccepted>> CreateOrderAsync(
        CreateOrderRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<OrderAccepted>(ApiRequest.Post("api/v1/orders", request, key), cancellationToken);

    /// <summary>An order that failed or was cancelled once more, elsewhere or as another plan.</summary>
    public Task<ApiResult<OrderAccepted>> RetryOrderAsync(
        string id, RetryOrderRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<OrderAccepted>(ApiRequest.Post($"api/v1/orders/{Query.Segment(id)}/retry", request, key), cancellationToken);

    /// <summary>Takes an order back that the provider was certainly not given.</summary>
    public Task<ApiResult<Order>> CancelOrderAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Order>(ApiRequest.Post($"api/v1/orders/{Query.Segment(id)}/cancel", key: key), cancellationToken);

    /// <summary>Orders, newest first.</summary>
    public Task<ApiResult<Page<Order>>> OrdersAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<Order>>(Query.With("api/v1/orders", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One order.</summary>
    public Task<ApiResult<Order>> OrderAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Order>("api/v1/orders/" + Query.Segment(id), cancellationToken);

    /// <summary>Servers, newest first; terminated ones only when asked for by status.</summary>
    public Task<ApiResult<Page<Instance>>> InstancesAsync(
        InstanceStatus? status = null, string? search = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<Instance>>(
            Query.With(Instances, ("status", WireName.Of(status)), ("search", search), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One server.</summary>
    public Task<ApiResult<Instance>> InstanceAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Instance>(Of(id), cancellationToken);

    /// <summary>Renames it or switches its renewal.</summary>
    public Task<ApiResult<Instance>> UpdateInstanceAsync(
        string id, UpdateInstanceRequest request, IdempotencyKey? key = null, CancellationToken cancellationToken = default) =>
        Send<Instance>(ApiRequest.Patch(Of(id), request, key), cancellationToken);

    /// <summary>Powers on.</summary>
    public Task<ApiResult<ActionAccepted>> PowerOnAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "power-on", key, cancellationToken);

    /// <summary>Cuts the power.</summary>
    public Task<ApiResult<ActionAccepted>> PowerOffAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "power-off", key, cancellationToken);

    /// <summary>Asks the operating system to stop.</summary>
    public Task<ApiResult<ActionAccepted>> ShutdownAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "shutdown", key, cancellationToken);

    /// <summary>Restarts.</summary>
    public Task<ApiResult<ActionAccepted>> RebootAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "reboot", key, cancellationToken);

    /// <summary>Gives root a new password; read it with <see cref="TakeCredentialsAsync"/> when the action is over.</summary>
    public Task<ApiResult<ActionAccepted>> ResetPasswordAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "reset-password", key, cancellationToken);

    /// <summary>What it can be rebuilt with, and which images keep its address.</summary>
    public Task<ApiResult<Page<RebuildOption>>> RebuildOptionsAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Page<RebuildOption>>(Of(id) + "/rebuild-options", cancellationToken);

    /// <summary>Wipes it and installs an image.</summary>
    public Task<ApiResult<ActionAccepted>> RebuildAsync(
        string id, RebuildRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Post(Of(id) + "/rebuild", request, key), cancellationToken);

    /// <summary>Destroys it and all its data, for good.</summary>
    /// <param name="id">The server.</param>
    /// <param name="confirm">Its exact name.</param>
    /// <param name="key">The intention.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<ActionAccepted>> DestroyAsync(
        string id, string confirm, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Delete(Query.With(Of(id), ("confirm", confirm)), key: key), cancellationToken);

    /// <summary>One action.</summary>
    public Task<ApiResult<InstanceAction>> ActionAsync(string id, string actionId, CancellationToken cancellationToken = default) =>
        Get<InstanceAction>($"{Of(id)}/actions/{Query.Segment(actionId)}", cancellationToken);

    /// <summary>What was done to it, newest first.</summary>
    public Task<ApiResult<Page<InstanceAction>>> ActivityAsync(
        string id, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<InstanceAction>>(Query.With(Of(id) + "/activity", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>How to log in.</summary>
    public Task<ApiResult<InstanceAccess>> AccessAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceAccess>(Of(id) + "/access", cancellationToken);

    /// <summary>The root password, once; the same key gets it again for some minutes, should the answer be lost.</summary>
    public Task<ApiResult<InstanceCredentials>> TakeCredentialsAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<InstanceCredentials>(ApiRequest.Post(Of(id) + "/credentials", key: key), cancellationToken);

    Task<ApiResult<ActionAccepted>> Act(string id, string action, IdempotencyKey key, CancellationToken cancellationToken) =>
        Send<ActionAccepted>(ApiRequest.Post($"{Of(id)}/{action}", key: key), cancellationToken);

    static string Of(string id) => $"{Instances}/{Query.Segment(id)}";
}
