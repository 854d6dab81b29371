using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Promos;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

// Who counts as one person (ADR 39, ADR 56). A promo for newcomers is claimed by the account, its mailbox and its phone number, over all
// promos; any other by mailbox and number, for one account: whoever has five addresses of one mailbox, or five mailboxes and one phone, is one
// person with one account here.
public sealed partial class PromoGrain
{
    // One person has one welcome and one first deposit, over all promos and all accounts.
    string Purpose => !Terms.AsksForNewUser ? PromoIdentities.OfPromo(PromoId) : Terms.Kind == PromoKind.NewUserBonus ? "welcome" : "first-deposit";

    /// <summary>Why this person cannot have it; null when nothing speaks against it. Claims nothing.</summary>
    async Task<PromoError?> TakenByAnother(PromoClaim claim)
    {
        var person = await Identify(claim);
        return await AreFree(person.All, Terms.AsksForNewUser ? "" : claim.User.ToString())
            ? null
            : await WhoseIs(person, Terms.AsksForNewUser ? "" : claim.User.ToString());
    }

    /// <summary>Claims the person; why not, or null when it is ours.</summary>
    async Task<PromoError?> ClaimPerson(string subjectId, PromoClaim claim)
    {
        var person = await Identify(claim);
        var owner = Terms.AsksForNewUser ? subjectId : claim.User.ToString();
        if (person.All.Count > 0 && !await _identities.ClaimAsync(Purpose, person.All, owner, _time.GetUtcNow())) return await WhoseIs(person, owner);
        // The claim names the subject alone: whoever decides about the next one with this number is shown whose it is.
        if (Terms.AsksForNewUser && person.Number is { } number) await _identities.NotePhoneAsync(number, claim.User.Value);
        return null;
    }

    /// <param name="claim">What was asked; null for whatever the subject's usage belonged to.</param>
    async Task ReleasePerson(string subjectId, PromoClaim? claim)
    {
        if (!Terms.AsksForNewUser) await _identities.ReleaseUnusedAsync(PromoId, subjectId, claim?.User.Value);
        else if (claim is not null) await _identities.ReleaseAsync(Purpose, subjectId, (await Identify(claim)).All);
        else await _identities.ReleaseAsync(Purpose, subjectId);
    }

    // A deposit whose place lapsed asks again after it was paid itself: it is not the one before.
    async Task<bool> IsNew(UserId user, string? subjectId) => !await _paid.EverAsync(
        user.Value, Terms.NewUntilIdr, except: DepositId.TryParse(subjectId, out var own) ? GrainKeys.Deposit(own) : "");

    // Mailbox and account are proven, the number is not: whoever types another's number must not learn whether its owner was here.
    async Task<PromoError> WhoseIs(Person person, string owner) => await AreFree(person.Proven, owner) ? PromoError.SharedNumber : PromoError.UsedUpByUser;

    async Task<bool> AreFree(IReadOnlyCollection<byte[]> hashes, string owner) => hashes.Count == 0 || await _identities.AreFreeAsync(Purpose, hashes, owner);

    async Task<Person> Identify(PromoClaim claim)
    {
        var proven = new List<byte[]>();
        if (Terms.AsksForNewUser) proven.Add(_hasher.Account(claim.User));
        var contact = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(claim.User)).GetContact();
        if (!contact.TryGet(out var known)) return new Person(proven, proven);
        proven.Add(_hasher.Email(known.Email));
        return !claim.NumberIsCleared && _hasher.Phone(known.Phone) is { } number ? new Person(proven, [.. proven, number], number) : new Person(proven, proven);
    }

    /// <param name="Proven">What is certainly this person's.</param>
    /// <param name="All">With the number the person gave.</param>
    /// <param name="Number">That number; null for none.</param>
    sealed record Person(IReadOnlyCollection<byte[]> Proven, IReadOnlyCollection<byte[]> All, byte[]? Number = null);
}
