using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

// Who counts as one person. A promo for newcomers is claimed by the account and its mailbox, over all promos; any other by the mailbox, for
// one account: whoever has five addresses of one mailbox is one person with one account here.
public sealed partial class PromoGrain
{
    // One person has one welcome and one first deposit, over all promos and all accounts.
    string Once => Terms.Kind == PromoKind.NewUserBonus ? "welcome" : "first-deposit";

    async Task<bool> IsFreePerson(UserId user) => Terms.AsksForNewUser
        ? await _identities.AreFreeAsync(Once, await IdentitiesOf(user), "")
        : await MailboxOf(user) is not { } mailbox || await _identities.AreFreeAsync(PromoIdentities.OfPromo(PromoId), [mailbox], user.ToString());

    async Task<bool> ClaimPerson(string subjectId, UserId user) => Terms.AsksForNewUser
        ? await _identities.ClaimAsync(Once, await IdentitiesOf(user), subjectId, _time.GetUtcNow())
        : await MailboxOf(user) is not { } mailbox
            || await _identities.ClaimAsync(PromoIdentities.OfPromo(PromoId), [mailbox], user.ToString(), _time.GetUtcNow());

    /// <param name="user">Who asked; null for whoever the subject's usage belonged to.</param>
    async Task ReleasePerson(string subjectId, UserId? user)
    {
        if (!Terms.AsksForNewUser) await _identities.ReleaseUnusedAsync(PromoId, subjectId, user?.Value);
        else if (user is { } asked) await _identities.ReleaseAsync(Once, subjectId, await IdentitiesOf(asked));
        else await _identities.ReleaseAsync(Once, subjectId);
    }

    // A deposit whose place lapsed asks again after it was paid itself: it is not the one before.
    async Task<bool> IsNew(UserId user, string? subjectId) => !await _paid.EverAsync(
        user.Value, Terms.NewUntilIdr, except: DepositId.TryParse(subjectId, out var own) ? GrainKeys.Deposit(own) : "");

    async Task<byte[]?> MailboxOf(UserId user)
    {
        var contact = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(user)).GetContact();
        return contact.TryGet(out var person) ? _hasher.Email(person.Email) : null;
    }

    async Task<IReadOnlyCollection<byte[]>> IdentitiesOf(UserId user) =>
        await MailboxOf(user) is { } mailbox ? [_hasher.Account(user), mailbox] : [_hasher.Account(user)];
}
