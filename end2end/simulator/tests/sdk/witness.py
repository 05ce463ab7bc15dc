"""What a script in the field does with the vendor's SDK, done against the simulated cloud.

    witness.py URL PROJECT_ID ACCESS_KEY SECRET_KEY

Prints one line per step and ends with `done`; an assertion or an exception ends it with a traceback. It changes the first
five ordinary desktops and leaves them in maintenance, and sends one notification to each of them and one to a pool.
"""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions import exceptions
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkeps.v1 import EpsClient, ListEnterpriseProjectRequest
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksts.v1 import DecodeAuthorizationMessageReq, DecodeAuthorizationMessageRequest, StsClient
from huaweicloudsdkworkspace import v2 as workspace

URL, PROJECT, ACCESS, SECRET = sys.argv[1:]
ORDINARY = "WKS-"


def client(kind, credentials):
    # A proxy of the machine must not come between; a slow machine is no failure.
    config = HttpConfig(proxy_protocol=None, timeout=60)
    return kind.new_builder().with_http_config(config).with_credentials(credentials).with_endpoints([URL]).build()


def step(text):
    print(text, flush=True)


def refusal(call):
    try:
        answer = call()
    except exceptions.ClientRequestException as refused:
        return refused
    raise AssertionError(f"was not refused: {answer}")


def lists(cloud):
    whole = cloud.list_desktops(workspace.ListDesktopsRequest(limit=1000))
    assert whole.total_count == len(whole.desktops) > 100, whole.total_count
    assert all(desktop.desktop_id for desktop in whole.desktops)
    assert any(desktop.pool_id for desktop in whole.desktops)
    paged = []
    while len(paged) < whole.total_count:
        page = cloud.list_desktops(workspace.ListDesktopsRequest(offset=len(paged), limit=50))
        paged += page.desktops
    assert [desktop.desktop_id for desktop in paged] == [desktop.desktop_id for desktop in whole.desktops]
    step(f"lists {whole.total_count} desktops")
    return whole.desktops


def filters(cloud, desktops):
    def found(**query):
        answer = cloud.list_desktops_detail(workspace.ListDesktopsDetailRequest(**query))
        assert answer.total_count == len(answer.desktops), query
        return [desktop.desktop_id for desktop in answer.desktops]

    def expected(fits):
        return [desktop.desktop_id for desktop in desktops if fits(desktop)]

    def tagged(desktop, key, value):
        return any(tag.key == key and tag.value == value for tag in desktop.tags or [])

    user = next(desktop.user_name for desktop in desktops if desktop.user_name and not desktop.user_name.isascii())
    pool = next(desktop.pool_id for desktop in desktops if desktop.pool_id)
    named = [desktop.desktop_id for desktop in desktops[7:70]]
    for query, fits in [
        ({"in_maintenance_mode": True}, lambda desktop: desktop.in_maintenance_mode is True),
        ({"in_maintenance_mode": False}, lambda desktop: not desktop.in_maintenance_mode),
        ({"desktop_id": named}, lambda desktop: desktop.desktop_id in named),
        ({"user_names": [user]}, lambda desktop: desktop.user_name == user),
        ({"pool_id": pool, "status": "ACTIVE"}, lambda desktop: (desktop.pool_id, desktop.status) == (pool, "ACTIVE")),
        ({"desktop_type": "POOLED"}, lambda desktop: desktop.desktop_type == "POOLED"),
        ({"tag": "ring=pilot"}, lambda desktop: tagged(desktop, "ring", "pilot")),
        ({"tag": "właściciel=zespół & <dział>"}, lambda desktop: tagged(desktop, "właściciel", "zespół & <dział>")),
        ({"computer_name": "dev"}, lambda desktop: "DEV" in desktop.computer_name),
    ]:
        ids = found(**query)
        assert ids == expected(fits) and ids, query
    step("filters details as the list says")


def sets_and_reads_back(cloud, desktops):
    chosen = [desktop.desktop_id for desktop in desktops if desktop.computer_name.startswith(ORDINARY)][:5]
    flags = lambda: [
        desktop.in_maintenance_mode
        for desktop in cloud.list_desktops_detail(workspace.ListDesktopsDetailRequest(desktop_id=chosen)).desktops
    ]
    for wanted in [False, True]:
        body = workspace.BatchSetMaintenanceModeReq(desktop_ids=chosen, in_maintenance_mode=wanted)
        answer = cloud.set_maintenance_mode(workspace.SetMaintenanceModeRequest(body=body))
        assert answer.status_code == 200
        assert flags() == [wanted] * 5, flags()
    shown = cloud.show_desktop_detail(workspace.ShowDesktopDetailRequest(desktop_id=chosen[0])).desktop
    assert shown.in_maintenance_mode is True and shown.security_groups
    step("sets the mode of five desktops and reads it back")
    return chosen


def pools(cloud, desktops):
    listed = cloud.list_desktop_pools(workspace.ListDesktopPoolsRequest()).desktop_pools
    assert {pool.id for pool in listed} == {desktop.pool_id for desktop in desktops if desktop.pool_id}
    pool = listed[0]
    assert pool.name and pool.in_maintenance_mode is False
    body = workspace.UpdateDesktopPoolAttributesReq(in_maintenance_mode=True)
    cloud.update_desktop_pool(workspace.UpdateDesktopPoolRequest(pool_id=pool.id, body=body))
    shown = cloud.show_desktop_pool_detail(workspace.ShowDesktopPoolDetailRequest(pool_id=pool.id))
    assert (shown.name, shown.in_maintenance_mode) == (pool.name, True)
    request = workspace.ListDesktopPoolsRequest(in_maintenance_mode=True)
    assert [found.id for found in cloud.list_desktop_pools(request).desktop_pools] == [pool.id]
    inside = cloud.list_pool_desktops_detail(workspace.ListPoolDesktopsDetailRequest(pool_id=pool.id, limit=100))
    assert inside.total_count == shown.desktop_count == len(inside.pool_desktops)
    unknown = refusal(lambda: cloud.show_desktop_pool_detail(workspace.ShowDesktopPoolDetailRequest(pool_id="no")))
    assert (unknown.status_code, unknown.error_code) == (400, "WKS.0001")
    step(f"lists {len(listed)} pools and sets the mode of one")
    return pool.id


def notifications(cloud, chosen, pool):
    body = workspace.SendNotificationsReq(desktop_ids=chosen, notifications="Maintenance at noon. 維護")
    job = cloud.send_notifications(workspace.SendNotificationsRequest(body=body)).job_id
    shown = cloud.show_job(workspace.ShowJobRequest(job_id=job))
    assert (shown.status, shown.sub_jobs_total) == ("COMPLETE", 5), shown
    assert {part.entities.desktop_id for part in shown.sub_jobs} == set(chosen)
    parts = cloud.list_ita_sub_jobs(workspace.ListItaSubJobsRequest(job_id=job)).jobs
    assert {part.status for part in parts} <= {"SUCCESS", "FAILED"}
    body = workspace.SendDesktopPoolNotificationsReq(notifications="To the pool")
    request = workspace.SendDesktopPoolNotificationsRequest(pool_id=pool, body=body)
    assert cloud.send_desktop_pool_notifications(request).job_id != job
    step("notifies and follows the jobs")


def sessions(cloud, desktops):
    request = workspace.ListDesktopsConnectStatusRequest(connect_status="CONNECTED", limit=1000)
    connected = cloud.list_desktops_connect_status(request)
    wanted = [desktop.desktop_id for desktop in desktops if desktop.connect_status == "CONNECTED"]
    assert [desktop.desktop_id for desktop in connected.desktops] == wanted and wanted
    records = cloud.list_login_records_new(workspace.ListLoginRecordsNewRequest(limit=1000))
    assert records.total_count == len([desktop for desktop in desktops if desktop.user_name])
    body = workspace.LogoffDesktopsReq(desktop_ids=wanted[-2:], message="Until tomorrow")
    cloud.batch_logoff_desktops(workspace.BatchLogoffDesktopsRequest(body=body))
    assert cloud.list_desktops_connect_status(request).total_count == len(wanted) - 2
    step("sees who is connected, who was, and logs off two")


def tenant(cloud, desktops):
    assert cloud.list_workspaces(workspace.ListWorkspacesRequest()).status == "SUBSCRIBED"
    zones = cloud.list_availability_zones(workspace.ListAvailabilityZonesRequest())
    assert zones.total_count == len(zones.availability_zones) == 3
    tags = cloud.list_project_tags(workspace.ListProjectTagsRequest()).tags
    assert {tag.key for tag in tags} == {tag.key for desktop in desktops for tag in desktop.tags or []}
    wanted = workspace.QueryDesktopByTagReq(action="filter", tags=[workspace.Tags(key="ring", values=["pilot"])])
    found = cloud.list_desktops_by_tags(workspace.ListDesktopsByTagsRequest(body=wanted))
    assert found.total_count == len(found.resources) > 0
    account = client(EpsClient, GlobalCredentials(ACCESS, SECRET, "any"))
    known = account.list_enterprise_project(ListEnterpriseProjectRequest()).enterprise_projects
    assert {desktop.enterprise_project_id for desktop in desktops} - {None} <= {group.id for group in known}
    step("reads the tenant, its zones, tags and enterprise projects")


def refusals(cloud, desktops):
    forbidden = next(desktop for desktop in desktops if desktop.computer_name == "AAA-refuses-403")
    body = workspace.BatchSetMaintenanceModeReq(desktop_ids=[forbidden.desktop_id], in_maintenance_mode=True)
    refused = refusal(lambda: cloud.set_maintenance_mode(workspace.SetMaintenanceModeRequest(body=body)))
    assert (refused.status_code, refused.error_code) == (403, "WKS.00000403") and refused.request_id
    sts = client(StsClient, BasicCredentials(ACCESS, SECRET, PROJECT))
    message = DecodeAuthorizationMessageReq(encoded_message=refused.encoded_auth_msg)
    decoded = sts.decode_authorization_message(DecodeAuthorizationMessageRequest(body=message)).decoded_message
    document = json.loads(decoded)
    assert document["context"]["action"] == "workspace:desktops:setMaintenanceMode", document
    assert forbidden.desktop_id in document["context"]["resource"] and "deny" in document["failure"]
    step("is refused one desktop and decodes why")


def temporary_keys(desktops):
    user = iam.PwdPasswordUser(domain=iam.PwdPasswordUserDomain(name="HarborCorp"), name="operator", password="Operator-1")
    identity = iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user))
    scope = iam.AuthScope(project=iam.AuthScopeProject(id=PROJECT))
    body = iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=iam.PwdAuth(identity=identity, scope=scope))
    account = client(iam.IamClient, GlobalCredentials(ACCESS, SECRET, "any"))
    request = iam.KeystoneCreateUserTokenByPasswordRequest(body=body)
    token = account.keystone_create_user_token_by_password(request).x_subject_token
    wanted = iam.TokenAuthIdentity(methods=["token"], token=iam.IdentityToken(id=token, duration_seconds=900))
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(auth=iam.TokenAuth(identity=wanted))
    request = iam.CreateTemporaryAccessKeyByTokenRequest(body=body)
    key = account.create_temporary_access_key_by_token(request).credential
    credentials = BasicCredentials(key.access, key.secret, PROJECT).with_security_token(key.securitytoken)
    temporary = client(workspace.WorkspaceClient, credentials)
    assert temporary.list_desktops(workspace.ListDesktopsRequest(limit=1)).total_count == len(desktops)
    bare = client(workspace.WorkspaceClient, BasicCredentials(key.access, key.secret, PROJECT))
    assert refusal(lambda: bare.list_desktops(workspace.ListDesktopsRequest())).status_code == 401
    step("works with temporary keys, and not without their security token")


def wrong_keys():
    for credentials, text in [
        (BasicCredentials(ACCESS, SECRET + "x", PROJECT), "verify aksk signature fail"),
        (BasicCredentials("NOBODY", SECRET, PROJECT), "ak not exist"),
    ]:
        cloud = client(workspace.WorkspaceClient, credentials)
        refused = refusal(lambda: cloud.list_desktops(workspace.ListDesktopsRequest()))
        assert (refused.status_code, refused.error_code) == (401, "APIGW.0301"), refused
        assert text in refused.error_msg, refused
    step("is refused with a wrong secret key and with an unknown access key")


def main():
    cloud = client(workspace.WorkspaceClient, BasicCredentials(ACCESS, SECRET, PROJECT))
    desktops = lists(cloud)
    filters(cloud, desktops)
    chosen = sets_and_reads_back(cloud, desktops)
    pool = pools(cloud, desktops)
    notifications(cloud, chosen, pool)
    tenant(cloud, desktops)
    refusals(cloud, desktops)
    sessions(cloud, desktops)
    temporary_keys(desktops)
    wrong_keys()
    step("done")


main()
