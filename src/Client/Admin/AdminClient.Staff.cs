using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>Everybody with a role at the desk.</summary>
    public Task<ApiResult<Page<AdminUser>>> StaffAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminUser>>("internal/staff", cancellationToken);

    /// <summary>Gives or takes a role; the person is signed out.</summary>
    public Task<ApiResult<AdminUser>> SetRoleAsync(string userId, SetRoleRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminUser>(ApiRequest.Post($"internal/users/{Query.Segment(userId)}/roles", request, key), cancellationToken);
}
