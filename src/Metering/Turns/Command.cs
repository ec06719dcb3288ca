using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// A change that somebody asks of a license. Hosts bring it to the license's single writer, which calls <see cref="LicenseMeter.Apply"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$c")]
[JsonDerivedType(typeof(OpenLicense), "open_license")]
[JsonDerivedType(typeof(ChangeLicense), "change_license")]
[JsonDerivedType(typeof(SetPlans), "set_plans")]
[JsonDerivedType(typeof(ChangePlan), "change_plan")]
[JsonDerivedType(typeof(AssignFeature), "assign_feature")]
[JsonDerivedType(typeof(UnassignFeature), "unassign_feature")]
[JsonDerivedType(typeof(Consume), "consume")]
[JsonDerivedType(typeof(RecordUse), "record")]
[JsonDerivedType(typeof(DecrementUsage), "decrement")]
[JsonDerivedType(typeof(ResetUsage), "reset")]
[JsonDerivedType(typeof(ResumeUsage), "resume_usage")]
[JsonDerivedType(typeof(AddGrant), "add_grant")]
[JsonDerivedType(typeof(VoidGrant), "void_grant")]
[JsonDerivedType(typeof(OpenBalance), "open_balance")]
[JsonDerivedType(typeof(ChangeBalance), "change_balance")]
[JsonDerivedType(typeof(ChangeBalanceTerms), "change_balance_terms")]
[JsonDerivedType(typeof(OpenHold), "open_hold")]
[JsonDerivedType(typeof(CommitHold), "commit_hold")]
[JsonDerivedType(typeof(ReleaseHold), "release_hold")]
[JsonDerivedType(typeof(SyncLease), "sync_lease")]
[JsonDerivedType(typeof(SetMachine), "set_machine")]
[JsonDerivedType(typeof(RemoveMachine), "remove_machine")]
[JsonDerivedType(typeof(RepairClock), "repair_clock")]
[JsonDerivedType(typeof(Recall), "recall")]
public abstract record Command;
