/** The types by which others refer to transit gateways: apart from their models, which refer back. */
export const TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway";
export const VPC_ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
